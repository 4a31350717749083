// Lost callers who should be called back: newest first, asked anew while one looks, everything in the address.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useMemo, useRef, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import type { CallBack } from "../../api/call-backs.ts";
import { callBacks } from "../../api/call-backs.ts";
import { useResource, useSession } from "../../session/session.ts";
import { ErrorPanel, sentence } from "../../shell/errorpanel.tsx";
import { holds } from "../../shell/menuentries.ts";
import { Refused } from "../../shell/notfound.tsx";
import { useWords } from "../../text/words.ts";
import { Grid } from "../../view/grid.tsx";
import { Triangle } from "../../view/icons.tsx";
import { centreZone } from "../../zone/centre.ts";
import { timeOf } from "../../zone/zone.ts";
import { CloseDialog } from "./close-dialog.tsx";
import type { Sight } from "./columns.tsx";
import { callAddress, columnsOf, whoOf } from "./columns.tsx";
import type { Deed } from "./deeds.ts";
import { deedOfKey, deedsOf } from "./deeds.ts";
import { Empty } from "./empty.tsx";
import { Choices } from "./filters.tsx";
import { Foot } from "./foot.tsx";
import { RowMenu } from "./row-menu.tsx";
import type { Shown } from "./question.ts";
import { questionOf, readShown, writeShown } from "./question.ts";
import { keyOf } from "./steady.ts";
import { KEY, useDeeds } from "./use-deeds.ts";
import { useFocusKept } from "./use-focus.ts";
import { useSteady } from "./use-steady.ts";
import "./words.ts";

const EVERY_MS = 15_000;
const NOBODY: readonly CallBack[] = [];

export function CallBacksPage(): ReactElement {
  const { t, lang } = useWords();
  const { rights, user } = useSession();
  const navigate = useNavigate();
  const location = useLocation();
  const customers = useResource("customers");
  const [search, setSearch] = useSearchParams();
  const shown = useMemo(() => readShown(search), [search]);
  const question = questionOf(shown, new Date(), centreZone());
  const may = holds(rights, "call_backs.read");
  const query = useQuery({ queryKey: [KEY, lang, question.toString()], queryFn: ({ signal }) => callBacks(question, signal), placeholderData: keepPreviousData, refetchInterval: EVERY_MS, refetchOnWindowFocus: true, enabled: may });
  const [pointed, setPointed] = useState(false);
  const [closing, setClosing] = useState<CallBack | null>(null);
  const { rows, waiting } = useSteady(query.data?.items ?? NOBODY, query.isPlaceholderData ? null : question.toString(), pointed);
  const { send, quick } = useDeeds();
  const list = useRef<HTMLDivElement>(null);
  useFocusKept(list, [rows, closing]);
  if (!may) return <Refused what={t("callBacks.title")} />;

  const trail = ((location.state as { trail?: string[] } | null)?.trail ?? []) as readonly string[];
  const change = (changes: Partial<Shown>): void => setSearch(writeShown({ ...shown, cursor: "", ...changes }));
  const turn = (cursor: string, steps: readonly string[]): void => setSearch(writeShown({ ...shown, cursor }), { state: { trail: steps } });
  const act = (row: CallBack, deed: Deed): void => (deed === "close" ? setClosing(row) : void quick(row, deed));
  const writes = holds(rights, "call_backs.write");
  const sight: Sight = { calls: holds(rights, "calls.read"), customers: customers?.rights.read ?? false, writes, deeds: (row) => deedsOf(row, user.id, writes), act };
  const key = (row: CallBack, pressed: string): void => {
    const deed = deedOfKey(pressed, sight.deeds(row));
    if (deed) act(row, deed);
  };
  const open = (row: CallBack): void => void navigate(callAddress(row.source, row.call));
  return (
    <div className="list call-backs">
      <header className="list-head">
        <h1>{t("callBacks.title")}</h1>
        <span className="faint num">{query.isError && query.data ? sentence(query.error, t) : query.data && t("home.asOf", { time: timeOf(query.dataUpdatedAt, centreZone()) })}</span>
        <span className="muted num" role="status">{waiting > 0 && t("callBacks.waiting", { count: waiting })}</span>
      </header>
      <Choices shown={shown} counts={query.data?.counts} change={change} />
      {query.data?.capped && <p className="back-capped" role="status"><Triangle /> {t("callBacks.capped")}</p>}
      <div className="list-body" aria-busy={query.isFetching}>
        {query.isError && !query.data ? (
          <ErrorPanel error={query.error} retry={() => void query.refetch()} />
        ) : (
          <div className="back-rows" ref={list} onPointerEnter={() => setPointed(true)} onPointerLeave={() => setPointed(false)}>
            <Grid label={t("list.results", { what: t("callBacks.title") })} columns={columnsOf(sight, { t, lang })} rows={rows} keyOf={keyOf} nameOf={(row) => whoOf(row, t)} onKey={key} {...(sight.calls ? { onOpen: open } : {})} menu={(row) => <RowMenu row={row} sight={sight} open={open} />} />
          </div>
        )}
        {query.isPending && <p className="list-note faint">{t("list.loading")}</p>}
        {query.data && rows.length === 0 && <Empty shown={shown} whole={!query.data.capped} change={change} />}
        <Foot
          writes={writes}
          opens={sight.calls}
          page={shown.cursor === "" ? 1 : trail.length > 0 ? trail.length + 1 : null}
          backward={shown.cursor === "" ? null : () => turn(trail.at(-1) ?? "", trail.slice(0, -1))}
          forward={query.data?.next && !query.isPlaceholderData ? () => turn(query.data.next ?? "", [...trail, shown.cursor]) : null}
        />
      </div>
      {closing && <CloseDialog row={closing} close={() => setClosing(null)} act={(result, note) => send(closing, "close", { state: "done", result, note })} />}
    </div>
  );
}
