// Rows that belong to a record, on the record's page: a short list with a form of its own.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactElement } from "react";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { can } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import { list } from "../api/records.ts";
import { useResource } from "../session/session.ts";
import { ErrorPanel } from "../shell/errorpanel.tsx";
import { useWords } from "../text/words.ts";
import { Grid } from "../view/grid.tsx";
import { Plus } from "../view/icons.tsx";
import { gridColumns } from "./cells.tsx";
import { usualColumns } from "./liststate.ts";
import { RowMenu } from "./row-menu.tsx";

const FormDrawer = lazy(async () => ({ default: (await import("./form-drawer.tsx")).FormDrawer }));
const MOST = 50;

interface Props {
  /** Path of the rows' resource. */
  readonly path: string;
  /** The field by which they belong to the record. */
  readonly by: string;
  readonly id: string;
  readonly columns?: readonly string[];
  readonly sort?: string;
}

export function Related({ path, by, id, columns, sort }: Props): ReactElement | null {
  const { t, lang, say } = useWords();
  const resource = useResource(path);
  const [open, setOpen] = useState<string | null>(null);
  const question = new URLSearchParams({ [by]: id, limit: String(MOST), count: "true", ...(sort ? { sort } : {}) });
  const query = useQuery({ queryKey: ["list", path, question.toString()], queryFn: ({ signal }) => list(path, question, signal), enabled: resource?.rights.read ?? false });
  if (!resource?.rights.read) return null;
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  const what = say(resource.title);
  const rows = query.data?.items ?? [];
  const edit = (row: string): void => setOpen(row);
  return (
    <div className="related" data-related={path}>
      <div className="related-head">
        <span className="faint num" role="status">{query.data?.total ? t("list.total", { count: query.data.total }) : ""}</span>
        {query.data?.next && <Link to={`/${path}?${by}.in=${id}`}>{t("action.all")}</Link>}
        {can(resource, "create") && (
          <Button size="small" icon={<Plus />} onClick={() => setOpen("new")}>
            {t("form.create", { what })}
          </Button>
        )}
      </div>
      {query.data && rows.length === 0 ? (
        <p className="faint" data-empty>{t("list.empty", { what })}</p>
      ) : (
        <Grid<Row>
          label={t("list.results", { what })}
          columns={gridColumns(resource, columns ?? usualColumns(resource).filter((name) => name !== by), lang, t)}
          rows={rows}
          keyOf={(row) => row.id}
          muted={(row) => row["enabled"] === false}
          {...(can(resource, "edit") ? { onOpen: (row) => edit(row.id), menu: (row) => <RowMenu resource={resource} row={row} edit={() => edit(row.id)} /> } : {})}
        />
      )}
      <Suspense fallback={null}>
        {open && <FormDrawer key={open} resource={resource} id={open === "new" ? null : open} preset={{ [by]: id }} hidden={[by]} close={() => setOpen(null)} />}
      </Suspense>
    </div>
  );
}
