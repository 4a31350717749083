// A resource that is a tree: the tree on the left, the chosen row beside it.
import { nameOf } from "../resource/values.ts";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactElement } from "react";
import { lazy, Suspense } from "react";
import { Link, useSearchParams } from "react-router";
import { can } from "../api/meta.ts";
import { one } from "../api/records.ts";
import { tree } from "../api/tree.ts";
import type { ListProps } from "../entity/registry.tsx";
import { entityOf } from "../entity/registry.tsx";
import { FieldList } from "../resource/field-list.tsx";
import { RowMenu } from "../resource/row-menu.tsx";
import { ErrorPanel } from "../shell/errorpanel.tsx";
import { useWords } from "../text/words.ts";
import { part } from "./parts.ts";
import { Plus } from "./icons.tsx";
import { TreeView } from "./treeview.tsx";

const FormDrawer = lazy(async () => ({ default: (await import("../resource/form-drawer.tsx")).FormDrawer }));

export function TreePage({ resource }: ListProps): ReactElement {
  const { t, say } = useWords();
  const [search, setSearch] = useSearchParams();
  const query = useQuery({ queryKey: ["tree", resource.path], queryFn: ({ signal }) => tree(resource.path, signal) });
  const nodes = query.data ?? [];
  const chosen = search.get("at");
  const open = search.get("open");
  const what = say(resource.title);
  const go = (at: string | null, form: string | null = null): void => setSearch({ ...(at ? { at } : {}), ...(form ? { open: form } : {}) });
  return (
    <div className="list">
      <header className="list-head">
        <h1>{what}</h1>
        <div className="tools">
          {can(resource, "create") && (
            <Button type="primary" icon={<Plus />} onClick={() => go(chosen, "new")}>
              {t("action.create")}
            </Button>
          )}
        </div>
      </header>
      {query.isError && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      <div className="split">
        <section className="panel split-side">
          {query.data && nodes.length === 0 ? <p className="faint" data-empty>{t("list.empty", { what })}</p> : <TreeView label={what} nodes={nodes} chosen={chosen} choose={(id) => go(id)} />}
        </section>
        <div className="split-main">{chosen ? <Chosen key={chosen} resource={resource} id={chosen} edit={() => go(chosen, chosen)} gone={() => go(null)} /> : <p className="panel faint">{t("tree.choose")}</p>}</div>
      </div>
      <Suspense fallback={null}>
        {open && can(resource, open === "new" ? "create" : "edit") && <FormDrawer key={open} resource={resource} id={open === "new" ? null : open} preset={chosen ? { parent_id: chosen } : {}} close={() => go(chosen)} />}
      </Suspense>
    </div>
  );
}

interface ChosenProps extends ListProps {
  readonly id: string;
  readonly edit: () => void;
  readonly gone: () => void;
}

function Chosen({ resource, id, edit, gone }: ChosenProps): ReactElement {
  const { t, lang, say } = useWords();
  const query = useQuery({ queryKey: ["one", resource.path, id], queryFn: ({ signal }) => one(resource.path, id, signal) });
  if (query.isError) return <ErrorPanel error={query.error} />;
  if (!query.data) return <p className="panel faint">{t("list.loading")}</p>;
  const row = query.data;
  return (
    <Suspense fallback={null}>
      <section className="panel">
        <header>
          <h2>{nameOf(resource, row, lang)}</h2>
          <div className="right">
            <Link to={`/${resource.path}/${id}`}>{t("detail.trail")}</Link>
            {can(resource, "edit") && <Button onClick={edit}>{t("action.edit")}</Button>}
            <RowMenu resource={resource} row={row} open={gone} edit={edit} gone={gone} />
          </div>
        </header>
        <FieldList resource={resource} row={row} />
      </section>
      {entityOf(resource.path)?.panels?.map((panel) => {
        const View = part(`${resource.path} ${panel.key}`, async () => (await panel.load()).Panel);
        return (
          <section className="panel" key={panel.key}>
            <header>
              <h2>{say(panel.title)}</h2>
            </header>
            <View resource={resource} row={row} />
          </section>
        );
      })}
    </Suspense>
  );
}
