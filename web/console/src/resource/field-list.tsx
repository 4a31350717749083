// Every field of a row with its label.
import type { ReactElement, ReactNode } from "react";
import { Link } from "react-router";
import type { Field, Resource } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import { useMeta } from "../session/session.ts";
import { useWords } from "../text/words.ts";
import { Cell } from "./cells.tsx";
import { instant, labelOf } from "./values.ts";

interface Props {
  readonly resource: Resource;
  readonly row: Row;
  /** Fields that another part of the page shows. */
  readonly without?: readonly string[];
  /** Stand after the fields. */
  readonly children?: ReactNode;
}

export function FieldList({ resource, row, without = [], children }: Props): ReactElement {
  const { t, say } = useWords();
  const fields = resource.fields.filter((field) => !field.secret && !without.includes(field.name));
  return (
    <dl className="fields">
      {fields.map((field) => (
        <div key={field.name} className={field.kind === "longtext" || field.kind === "json" ? "whole" : ""}>
          <dt>{say(field.title)}</dt>
          <dd><Value row={row} field={field} /></dd>
        </div>
      ))}
      {children}
      {["created_at", "updated_at"].map((name) => (
        <div key={name}>
          <dt>{t(`list.${name}`)}</dt>
          <dd className="num">{typeof row[name] === "string" ? instant(row[name]) : "–"}</dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ row, field }: { readonly row: Row; readonly field: Field }): ReactElement {
  const { t, lang } = useWords();
  const resources = useMeta().data?.resources ?? [];
  const value = row[field.name];
  const target = resources.find((entry) => entry.name === field.reference || entry.path === field.reference);
  if (field.kind === "reference" && typeof value === "string" && target?.rights.read) return <Link to={`/${target.path}/${value}`}>{labelOf(row, field) ?? value}</Link>;
  if (field.kind === "json" && value !== null && value !== undefined) return <pre className="mono">{JSON.stringify(value, null, 2)}</pre>;
  if (field.kind === "longtext" && typeof value === "string" && value) return <p className="written">{value}</p>;
  return <Cell row={row} field={field} lang={lang} t={t} />;
}
