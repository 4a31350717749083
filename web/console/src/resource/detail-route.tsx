// `/console/{path}/{id}`: a record's page.
import { nameOf } from "./values.ts";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactElement } from "react";
import { lazy, Suspense } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { can } from "../api/meta.ts";
import { Problem } from "../api/problem.ts";
import { one } from "../api/records.ts";
import { entityOf } from "../entity/registry.tsx";
import { useMeta } from "../session/session.ts";
import { ErrorPanel } from "../shell/errorpanel.tsx";
import { NotFound, Refused } from "../shell/notfound.tsx";
import { useWords } from "../text/words.ts";
import { part } from "../view/parts.ts";
import { FieldList } from "./field-list.tsx";
import { RowMenu } from "./row-menu.tsx";
import { Trail } from "./trail.tsx";

const FormDrawer = lazy(async () => ({ default: (await import("./form-drawer.tsx")).FormDrawer }));
export function DetailRoute(): ReactElement {
  const { path = "", id = "" } = useParams();
  const { t, lang, say } = useWords();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const meta = useMeta();
  const resource = meta.data?.resources.find((entry) => entry.path === path);
  const query = useQuery({ queryKey: ["one", path, id], queryFn: ({ signal }) => one(path, id, signal), enabled: resource?.rights.read ?? false });
  if (meta.isError) return <ErrorPanel error={meta.error} retry={() => void meta.refetch()} />;
  if (meta.isPending) return <></>;
  if (!resource) return <NotFound />;
  if (!resource.rights.read) return <Refused what={say(resource.title)} />;
  if (query.isError) {
    return query.error instanceof Problem && query.error.status === 404 ? (
      <section className="nothing">
        <h1>{t("detail.missing")}</h1>
        <p>{t("detail.missingText")}</p>
        <Link to={`/${path}`}>{t("detail.list")}</Link>
      </section>
    ) : (
      <ErrorPanel error={query.error} retry={() => void query.refetch()} />
    );
  }
  if (query.isPending) return <p className="list-note faint">{t("list.loading")}</p>;

  const row = query.data;
  const entity = entityOf(path);
  const Actions = entity?.actions && part(`${path} actions`, async () => (await entity.actions!()).Actions);
  const Heading = entity?.heading && part(`${path} heading`, async () => (await entity.heading!()).Heading);
  const Detail = entity?.detail && part(`${path} detail`, async () => (await entity.detail!()).Detail);
  const edit = (): void => setSearch({ open: "edit" });
  const close = (): void => setSearch({}, { replace: true });
  return (
    <div className="record">
      <header className="record-head">
        <Link to={`/${path}`} className="back">{say(resource.title)}</Link>
        <h1>{Heading ? <Suspense fallback={"\u00a0"}><Heading resource={resource} row={row} /></Suspense> : nameOf(resource, row, lang)}</h1>
        <span className="faint">{t("detail.version", { version: row.version })}</span>
        <div className="tools">
          {Actions && <Suspense fallback={null}><Actions resource={resource} row={row} /></Suspense>}
          {can(resource, "edit") && <Button type="primary" onClick={edit}>{t("action.edit")}</Button>}
          <RowMenu resource={resource} row={row} open={() => void navigate(`/${path}`)} edit={edit} gone={() => void navigate(`/${path}`, { replace: true })} />
        </div>
      </header>
      <Suspense fallback={<p className="list-note faint">{t("list.loading")}</p>}>
        {Detail ? (
          <Detail resource={resource} row={row} />
        ) : (
          <section className="panel">
            <FieldList resource={resource} row={row} />
          </section>
        )}
        {entity?.panels?.map((panel) => {
          const View = part(`${path} ${panel.key}`, async () => (await panel.load()).Panel);
          return (
            <section className="panel" key={panel.key} data-panel={panel.key}>
              <header><h2>{say(panel.title)}</h2></header>
              <View resource={resource} row={row} />
            </section>
          );
        })}
        <Trail resource={resource} id={row.id} />
        {search.get("open") === "edit" && can(resource, "edit") && <FormDrawer resource={resource} id={row.id} close={close} />}
      </Suspense>
    </div>
  );
}
