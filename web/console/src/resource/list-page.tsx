// The generic list: filters, rows, pages; and what opens above it.
import { Button } from "antd";
import type { ReactElement, ReactNode } from "react";
import { lazy, Suspense, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import type { Resource } from "../api/meta.ts";
import { can } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import { ErrorPanel } from "../shell/errorpanel.tsx";
import { useWords } from "../text/words.ts";
import type { Column } from "../view/grid.tsx";
import { Grid } from "../view/grid.tsx";
import { gridColumns } from "./cells.tsx";
import { Filters } from "./filters.tsx";
import { broughtValues } from "./form.ts";
import { isFiltered, nextSort } from "./liststate.ts";
import { Pager } from "./pager.tsx";
import { RowMenu } from "./row-menu.tsx";
import { Tools } from "./tools.tsx";
import { useChoice } from "./use-choice.ts";
import { useList } from "./use-list.ts";
import { nameOf } from "./values.ts";

const FormDrawer = lazy(async () => ({ default: (await import("./form-drawer.tsx")).FormDrawer }));
const ImportDialog = lazy(async () => ({ default: (await import("./import-dialog.tsx")).ImportDialog }));

export interface ListPageProps {
  readonly resource: Resource;
  /** Filters that the page sets itself. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** Values of a new row. */
  readonly preset?: Readonly<Record<string, unknown>>;
  /** Stands beside the title. */
  readonly aside?: ReactNode;
  /** Columns that stand before the resource's own: a wide list scrolls, and what one does must not be out of sight. */
  readonly extra?: readonly Column<Row>[];
  /** Does something else than open the record's page. */
  readonly onOpen?: (row: Row) => void;
  readonly title?: string;
}

export function ListPage({ resource, fixed, preset, aside, extra = [], onOpen, title }: ListPageProps): ReactElement {
  const { t, lang, say } = useWords();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const control = useList(resource, fixed);
  const [importing, setImporting] = useState(false);
  const { state, query } = control;
  const rows = query.data?.items ?? [];
  const choice = useChoice(resource, rows);
  const what = title ?? say(resource.title);
  const open = (row: Row): void => (onOpen ? onOpen(row) : void navigate(`/${resource.path}/${row.id}`));
  const editing = control.open !== null && (control.open === "new" ? can(resource, "create") : can(resource, "edit"));
  return (
    <div className="list">
      <header className="list-head">
        <h1>{what}</h1>
        {aside}
        <span className="faint num list-total" role="status">
          {query.data?.total !== null && query.data?.total !== undefined && t("list.total", { count: query.data.total.toLocaleString("en-US") })}
        </span>
        <Tools resource={resource} control={control} onImport={() => setImporting(true)} />
      </header>
      <Filters resource={resource} state={state} apply={control.change} fixed={fixed} />
      <Suspense fallback={null}>{choice.Bulk && choice.rows.length > 0 && <choice.Bulk resource={resource} rows={choice.rows} keep={choice.keep} />}</Suspense>
      <div className="list-body" aria-busy={query.isFetching}>
        {query.isError ? (
          <ErrorPanel error={query.error} retry={() => void query.refetch()} />
        ) : (
          <>
            <Grid
              label={t("list.results", { what })}
              columns={[...extra, ...gridColumns(resource, control.columns, lang, t)]}
              rows={rows}
              keyOf={(row) => row.id}
              leads
              sort={state.sort}
              onSort={(key) => control.change({ sort: nextSort(state.sort, key) })}
              onOpen={open}
              {...(choice.Bulk ? { chosen: choice.chosen, onChoose: choice.choose, nameOf: (row: Row) => nameOf(resource, row, lang) } : {})}
              muted={(row) => row["enabled"] === false}
              onKey={(row, key) => key === "e" && can(resource, "edit") && control.show(row.id)}
              menu={(row) => <RowMenu resource={resource} row={row} open={() => open(row)} edit={() => control.show(row.id)} />}
            />
            {query.isPending && <p className="list-note faint">{t("list.loading")}</p>}
            {query.data && rows.length === 0 && <Empty resource={resource} what={what} filtered={isFiltered(state) || state.cursor !== ""} reset={() => control.change({ q: "", filters: {} })} create={() => control.show("new")} />}
          </>
        )}
        <Pager control={control} />
      </div>
      <Suspense fallback={null}>
        {editing && <FormDrawer key={control.open} resource={resource} id={control.open === "new" ? null : control.open} preset={{ ...broughtValues(resource, search), ...preset, ...fixed }} close={() => control.show(null)} />}
        {importing && <ImportDialog resource={resource} close={() => setImporting(false)} />}
      </Suspense>
    </div>
  );
}

interface EmptyProps {
  readonly resource: Resource;
  readonly what: string;
  readonly filtered: boolean;
  readonly reset: () => void;
  readonly create: () => void;
}

function Empty({ resource, what, filtered, reset, create }: EmptyProps): ReactElement {
  const { t } = useWords();
  return (
    <div className="list-empty" data-empty>
      <h2>{filtered ? t("list.noneFound") : t("list.empty", { what })}</h2>
      <p className="muted">{filtered ? t("list.noneFoundText") : t("list.emptyText")}</p>
      {filtered && <Button onClick={reset}>{t("action.reset")}</Button>}
      {!filtered && can(resource, "create") && (
        <Button type="primary" onClick={create}>
          {t("form.create", { what })}
        </Button>
      )}
    </div>
  );
}
