// The list of calls, newest first, with its state in the address like every list.
import { Button } from "antd";
import type { ReactElement } from "react";
import { useNavigate } from "react-router";
import { gridColumns } from "../../resource/cells.tsx";
import { Filters } from "../../resource/filters.tsx";
import { isFiltered, nextSort } from "../../resource/liststate.ts";
import { Pager } from "../../resource/pager.tsx";
import { Tools } from "../../resource/tools.tsx";
import { useList } from "../../resource/use-list.ts";
import { useSession } from "../../session/session.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { holds } from "../../shell/menuentries.ts";
import { Refused } from "../../shell/notfound.tsx";
import { useWords } from "../../text/words.ts";
import { Grid } from "../../view/grid.tsx";
import { described, useChoices } from "./choices.ts";
import { CALLS } from "./described.ts";
import { callsQuestion, placeOf, rowOf } from "./question.ts";
import "./words.ts";

/** What people look for calls by. */
const FIRST = ["started_at", "queue", "agent", "outcome"];

export function CallsPage(): ReactElement {
  const { say } = useWords();
  const { rights } = useSession();
  return holds(rights, "calls.read") ? <Calls /> : <Refused what={say(CALLS.title)} />;
}

function Calls(): ReactElement {
  const { t, lang, say } = useWords();
  const navigate = useNavigate();
  const control = useList(CALLS, undefined, callsQuestion);
  const resource = described(useChoices(true));
  const { state, query } = control;
  const rows = (query.data?.items ?? []).map((row) => rowOf(row, placeOf(String(row["source"]), String(row["call"]))));
  const what = say(CALLS.title);
  return (
    <div className="list">
      <header className="list-head">
        <h1>{what}</h1>
        <Tools resource={CALLS} control={control} stamps={[]} />
      </header>
      <Filters resource={resource} state={state} apply={control.change} hint={t("calls.number")} first={FIRST} stamps={[]} />
      <div className="list-body" aria-busy={query.isFetching}>
        {query.isError ? (
          <ErrorPanel error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Grid
            label={t("list.results", { what })}
            columns={gridColumns(resource, control.columns, lang, t)}
            rows={rows}
            keyOf={(row) => row.id}
            sort={state.sort}
            onSort={(key) => control.change({ sort: nextSort(state.sort, key) })}
            onOpen={(row) => void navigate(`/calls/${row.id}`)}
          />
        )}
        {query.isPending && <p className="list-note faint">{t("list.loading")}</p>}
        {query.data && rows.length === 0 && <Empty what={what} filtered={isFiltered(state) || state.cursor !== ""} number={state.q} reset={() => control.change({ q: "", filters: {} })} />}
        <Pager control={control} />
      </div>
    </div>
  );
}

interface EmptyProps {
  readonly what: string;
  readonly filtered: boolean;
  readonly number: string;
  readonly reset: () => void;
}

function Empty({ what, filtered, number, reset }: EmptyProps): ReactElement {
  const { t } = useWords();
  // The end of a number finds nothing unless a star stands before it.
  const part = number !== "" && !number.startsWith("*");
  return (
    <div className="list-empty" data-empty>
      <h2>{filtered ? t("list.noneFound") : t("list.empty", { what })}</h2>
      <p className="muted">{part ? t("calls.numberEnd", { end: number.slice(-4) }) : filtered ? t("list.noneFoundText") : t("list.emptyText")}</p>
      {filtered && <Button onClick={reset}>{t("action.reset")}</Button>}
    </div>
  );
}
