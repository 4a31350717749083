// The state of a list: what the address says, and how it changes.
import type { UseQueryResult } from "@tanstack/react-query";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import type { Resource } from "../api/meta.ts";
import type { Page } from "../api/records.ts";
import { list } from "../api/records.ts";
import { useWords } from "../text/words.ts";
import { rememberColumns, rememberedColumns } from "./columns.ts";
import type { ListState } from "./liststate.ts";
import { listQuery, readState, usualColumns, writeState } from "./liststate.ts";

export interface ListControl {
  readonly state: ListState;
  readonly columns: readonly string[];
  readonly query: UseQueryResult<Page>;
  /** Number of the page, when one came here page by page. */
  readonly page: number | null;
  /** `new`, or the id of the row whose form is open. */
  readonly open: string | null;
  readonly change: (changes: Partial<ListState>) => void;
  readonly choose: (columns: readonly string[] | null) => void;
  readonly forward: () => void;
  readonly backward: () => void;
  readonly show: (open: string | null) => void;
}

/** `fixed` are filters that the page sets and the address does not say; `ask` writes the question where the server takes another than usual. */
export function useList(resource: Resource, fixed?: Readonly<Record<string, string>>, ask: (state: ListState) => URLSearchParams = listQuery): ListControl {
  const { lang } = useWords();
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const location = useLocation();
  const state = useMemo(() => readState(resource, search), [resource, search]);
  const question = ask(state);
  for (const [name, value] of Object.entries(fixed ?? {})) question.set(name, value);
  const query = useQuery({
    // Some labels are in the reader's language.
    queryKey: ["list", resource.path, question.toString(), lang],
    queryFn: ({ signal }) => list(resource.path, question, signal),
    placeholderData: keepPreviousData,
  });
  const trail = ((location.state as { trail?: string[] } | null)?.trail ?? []) as readonly string[];
  const open = search.get("open");

  const change = (changes: Partial<ListState>): void => setSearch(writeState({ ...state, cursor: "", ...changes }));
  const turn = (cursor: string, steps: readonly string[]): void => setSearch(writeState({ ...state, cursor }), { state: { trail: steps } });
  return {
    state,
    columns: state.columns ?? rememberedColumns(resource) ?? usualColumns(resource),
    query,
    page: state.cursor === "" ? 1 : trail.length > 0 ? trail.length + 1 : null,
    open,
    change,
    choose: (columns) => {
      rememberColumns(resource, columns);
      setSearch(writeState({ ...state, columns: null }), { replace: true, state: location.state as unknown });
    },
    forward: () => query.data?.next && turn(query.data.next, [...trail, state.cursor]),
    backward: () => turn(trail.at(-1) ?? "", trail.slice(0, -1)),
    show: (next) => {
      const target = writeState(state);
      if (next) target.set("open", next);
      void navigate({ search: target.toString() }, { state: location.state as unknown, replace: next === null });
    },
  };
}
