// The black and red lists: whoever decides begins with what waits, and does so in the rows or on all that the filter finds.
import { useQuery } from "@tanstack/react-query";
import { App, Button, Segmented } from "antd";
import type { ReactElement } from "react";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { decideAll } from "../../api/lists.ts";
import type { Row } from "../../api/records.ts";
import { ListPage } from "../../resource/list-page.tsx";
import { asked, readState } from "../../resource/liststate.ts";
import { useChanges } from "../../resource/mutations.ts";
import { useSession } from "../../session/session.ts";
import { holds } from "../../shell/menuentries.ts";
import { useWords } from "../../text/words.ts";
import { ActionDialog } from "../../view/action-dialog.tsx";
import type { Column } from "../../view/grid.tsx";
import type { ListProps } from "../registry.tsx";
import { Actions } from "./actions.tsx";
import { MOST, showsWaiting, waiting, withWaiting } from "./waiting.ts";
import "./words.ts";

export function ListsPage({ resource }: ListProps): ReactElement {
  const { rights } = useSession();
  return holds(rights, "lists.approve") ? <Deciding resource={resource} /> : <ListPage resource={resource} />;
}

function Deciding({ resource }: ListProps): ReactElement {
  const { t, lang } = useWords();
  const { message } = App.useApp();
  const { user } = useSession();
  const { forget } = useChanges(resource);
  const [search, setSearch] = useSearchParams();
  const [open, setOpen] = useState(false);
  // Who comes without a filter of their own sees first what waits for them.
  const [arriving, setArriving] = useState(search.toString() === "");
  const filter = asked({ ...readState(resource, search), cursor: "", columns: null, sort: "" });
  filter.delete("limit");
  const count = useQuery({ queryKey: ["list", resource.path, "waiting", filter.toString(), user.id], queryFn: ({ signal }) => waiting(filter, user.id, signal) });
  const found = count.data;
  useEffect(() => {
    if (!arriving || count.isPending) return;
    if (found && search.toString() === "") setSearch(withWaiting(search, true), { replace: true });
    else setArriving(false);
  }, [arriving, count.isPending, found, search, setSearch]);

  const column: Column<Row> = { key: "decide", title: t("lists.decide"), width: lang === "zh" ? 132 : 172, cell: (row) => <span className="row-actions"><Actions resource={resource} row={row} small /></span> };
  const all = async (): Promise<void> => {
    const { decided, left } = await decideAll(filter, "approve", "");
    await forget();
    void message.success(t(left > 0 ? "lists.allDone" : "lists.allDoneNone", { decided, left }));
  };
  if (arriving) return <></>;
  const aside = (
    <>
      <Segmented
        size="small"
        aria-label={t("lists.decide")}
        value={showsWaiting(search) ? "waiting" : "all"}
        options={[{ value: "waiting", label: t("lists.waiting") }, { value: "all", label: t("list.all") }]}
        onChange={(shown) => setSearch(withWaiting(search, shown === "waiting"))}
      />
      <Button size="small" disabled={!found} onClick={() => setOpen(true)}>
        {found ? t("lists.allOf", { count: found }) : t("lists.all")}
      </Button>
    </>
  );
  return (
    <>
      <ListPage resource={resource} extra={[column]} aside={aside} />
      {open && found !== undefined && (
        <ActionDialog title={t("lists.all")} deed={t("lists.allOf", { count: Math.min(found, MOST) })} text={t(found > MOST ? "lists.allTextMany" : "lists.allText", { count: found, most: MOST })} act={all} close={() => setOpen(false)} />
      )}
    </>
  );
}
