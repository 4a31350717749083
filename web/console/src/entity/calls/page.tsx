// The list of calls, newest first, with its state in the address like every list.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactElement } from "react";
import { useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";
import type { Row } from "../../api/records.ts";
import { sql } from "../../api/sql.ts";
import { gridColumns } from "../../resource/cells.tsx";
import { Filters } from "../../resource/filters.tsx";
import type { ListState } from "../../resource/liststate.ts";
import { isFiltered, nextSort, readState, usualColumns, writeState } from "../../resource/liststate.ts";
import { useSession } from "../../session/session.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { holds } from "../../shell/menuentries.ts";
import { Refused } from "../../shell/notfound.tsx";
import { useWords } from "../../text/words.ts";
import { Grid } from "../../view/grid.tsx";
import { CALLS } from "./described.ts";
import { named, useNames } from "./names.ts";
import { callsQuestion, offsetOf } from "./question.ts";
import "./words.ts";

export function CallsPage(): ReactElement {
  const { t, lang, say } = useWords();
  const { rights } = useSession();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const state = useMemo(() => readState(CALLS, search), [search]);
  const question = callsQuestion(state);
  const query = useQuery({ queryKey: ["calls", question], queryFn: ({ signal }) => sql(question, signal), placeholderData: keepPreviousData, enabled: holds(rights, "sql.ask") });
  const names = useNames(lang, holds(rights, "sql.ask"));
  if (!holds(rights, "sql.ask")) return <Refused what={say(CALLS.title)} />;
  const change = (changes: Partial<ListState>): void => setSearch(writeState({ ...state, cursor: "", ...changes }));
  const found = query.data ?? [];
  const rows: Row[] = found.slice(0, state.limit).map((row) => ({ ...named(row, names), id: `${String(row["source"])}/${String(row["call"])}`, version: 1 }));
  const offset = offsetOf(state);
  const what = say(CALLS.title);
  return (
    <div className="list">
      <header className="list-head">
        <h1>{what}</h1>
      </header>
      <Filters resource={CALLS} state={state} apply={change} />
      <div className="list-body" aria-busy={query.isFetching}>
        {query.isError ? (
          <ErrorPanel error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Grid
            label={t("list.results", { what })}
            columns={gridColumns(CALLS, state.columns ?? usualColumns(CALLS), lang, t)}
            rows={rows}
            keyOf={(row) => row.id}
            sort={state.sort}
            onSort={(key) => change({ sort: nextSort(state.sort, key) })}
            onOpen={(row) => void navigate(`/calls/${encodeURIComponent(String(row["source"]))}/${encodeURIComponent(String(row["call"]))}`)}
          />
        )}
        {query.isPending && <p className="list-note faint">{t("list.loading")}</p>}
        {query.data && rows.length === 0 && (
          <div className="list-empty" data-empty>
            <h2>{isFiltered(state) ? t("list.noneFound") : t("list.empty", { what })}</h2>
          </div>
        )}
        <footer className="pager">
          <span className="keys" />
          <span className="num">{t("list.page", { page: Math.floor(offset / state.limit) + 1 })}</span>
          <Button size="small" disabled={offset === 0} onClick={() => change({ cursor: offset > state.limit ? String(offset - state.limit) : "" })}>
            {t("action.previous")}
          </Button>
          <Button size="small" disabled={found.length <= state.limit} onClick={() => change({ cursor: String(offset + state.limit) })}>
            {t("action.next")}
          </Button>
        </footer>
      </div>
    </div>
  );
}
