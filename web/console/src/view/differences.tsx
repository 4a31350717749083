// Before and after, field by field: only what differs.
import type { ReactElement } from "react";
import type { Field, Resource } from "../api/meta.ts";
import { Named } from "../resource/named.tsx";
import { displayValue } from "../resource/values.ts";
import { useOwnFields } from "../entity/customers/own.ts";
import "../text/deeds.ts";
import { useWords } from "../text/words.ts";
import { differences, isLong } from "./difference.ts";
import { LineDifference } from "./line-difference.tsx";

/** Who it was, in entries about what is no resource. */
const PERSON: Field = { name: "user_id", kind: "reference", reference: "users", title: { zh: "处理人", en: "By" } };

interface Props {
  readonly resource: Resource | undefined;
  readonly before: unknown;
  readonly after: unknown;
}

export function Differences({ resource, before, after }: Props): ReactElement | null {
  const { t, say, lang } = useWords();
  const rows = differences(before, after);
  if (rows.length === 0) return null;
  const fieldOf = (name: string): Field | undefined => resource?.fields.find((entry) => entry.name === name) ?? (resource === undefined && name === PERSON.name ? PERSON : undefined);
  const title = (name: string): string => {
    const field = fieldOf(name.split(".", 1)[0] ?? name);
    return field ? say(field.title) : t(`deeds.told.${name}`, { defaultValue: name });
  };
  const text = (name: string, value: unknown): string => displayValue(value, fieldOf(name) ?? { name, kind: "text", title: { zh: name, en: name } }, lang, t("list.yes"), t("list.no"));
  return (
    <table className="plain differences">
      <thead>
        <tr>
          <th scope="col">{t("clash.field")}</th>
          <th scope="col">{t("detail.before")}</th>
          <th scope="col">{t("detail.after")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{title(row.name)}{row.name.includes(".") && <> · <Part name={row.name} /></>}</th>
            {isLong(row) ? (
              <td colSpan={2}><LineDifference before={String(row.before ?? "")} after={String(row.after ?? "")} label={title(row.name)} /></td>
            ) : (
              <>
                <td><Shown field={fieldOf(row.name)} value={row.before} text={text(row.name, row.before)} /></td>
                <td><Shown field={fieldOf(row.name)} value={row.after} text={text(row.name, row.after)} /></td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A part of a field by its title: customers have fields of the organisation's own. */
function Part({ name }: { readonly name: string }): ReactElement {
  const { say } = useWords();
  const part = name.slice(name.indexOf(".") + 1);
  const field = useOwnFields()?.find((entry) => entry.name === part);
  return <>{field && name.startsWith("own.") ? say(field.title) : part}</>;
}

/** What has a name by that name, where it may be seen. */
function Shown({ field, value, text }: { readonly field: Field | undefined; readonly value: unknown; readonly text: string }): ReactElement {
  const ids = (Array.isArray(value) ? value : [value]).filter((id): id is string => typeof id === "string" && id !== "");
  return (field?.reference || field?.dictionary) && ids.length > 0 ? <Named field={field} values={ids} /> : <>{text}</>;
}
