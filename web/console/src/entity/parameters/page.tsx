// The parameters of the house: one row, shown by what it is about.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactElement } from "react";
import { lazy, Suspense } from "react";
import { useSearchParams } from "react-router";
import { can } from "../../api/meta.ts";
import { one } from "../../api/records.ts";
import { Cell } from "../../resource/cells.tsx";
import { Trail } from "../../resource/trail.tsx";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import type { ListProps } from "../registry.tsx";
import { entity } from "./entity.ts";
import { grouped } from "./grouped.ts";
import { Pictures } from "./pictures.tsx";
import "./words.ts";

const FormDrawer = lazy(async () => ({ default: (await import("../../resource/form-drawer.tsx")).FormDrawer }));
/** The only row's id. */
const ID = "settings";

export function ParametersPage({ resource }: ListProps): ReactElement {
  const { t, say, lang } = useWords();
  const [search, setSearch] = useSearchParams();
  const query = useQuery({ queryKey: ["one", resource.path, ID], queryFn: ({ signal }) => one(resource.path, ID, signal) });
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <p className="list-note faint">{t("list.loading")}</p>;
  const row = query.data;
  return (
    <div className="record">
      <header className="record-head">
        <h1>{say(resource.title)}</h1>
        <div className="tools">{can(resource, "edit") && <Button type="primary" onClick={() => setSearch({ open: ID })}>{t("action.edit")}</Button>}</div>
      </header>
      {grouped(resource.fields).map((group) => (
        <section className="panel" key={group.name}>
          <header>
            <h2>{t(`parameters.${group.name}`)}</h2>
          </header>
          <dl className="fields">
            {group.fields.map((field) => (
              <div key={field.name}>
                <dt>{say(field.title)}</dt>
                <dd><Cell row={row} field={field} lang={lang} t={t} /></dd>
                {entity.hints?.[field.name] && <dd className="hint">{say(entity.hints[field.name]!)}</dd>}
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Pictures writes={can(resource, "edit")} />
      <Trail resource={resource} id={ID} />
      <Suspense fallback={null}>{search.get("open") === ID && can(resource, "edit") && <FormDrawer resource={resource} id={ID} close={() => setSearch({}, { replace: true })} />}</Suspense>
    </div>
  );
}
