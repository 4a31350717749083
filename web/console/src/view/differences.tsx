// Before and after, field by field: only what differs.
import type { ReactElement } from "react";
import type { Resource } from "../api/meta.ts";
import { displayValue } from "../resource/values.ts";
import { useWords } from "../text/words.ts";
import { differences } from "./difference.ts";

interface Props {
  readonly resource: Resource | undefined;
  readonly before: unknown;
  readonly after: unknown;
}

export function Differences({ resource, before, after }: Props): ReactElement | null {
  const { t, say, lang } = useWords();
  const rows = differences(before, after);
  if (rows.length === 0) return null;
  const fieldOf = (name: string) => resource?.fields.find((entry) => entry.name === name);
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
            <th scope="row">{fieldOf(row.name) ? say(fieldOf(row.name)!.title) : row.name}</th>
            <td>{text(row.name, row.before)}</td>
            <td>{text(row.name, row.after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
