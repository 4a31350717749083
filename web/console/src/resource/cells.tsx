// How the fields of a row look in a list.
import type { ReactElement, ReactNode } from "react";
import type { Field, Resource } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import type { Speech } from "../text/words.ts";
import type { Column } from "../view/grid.tsx";
import { Check } from "../view/icons.tsx";
import { STAMPS } from "./liststate.ts";
import { Named } from "./named.tsx";
import type { Language } from "./values.ts";
import { display, instant, isNumeric, labelOf, nameField, NONE, word, widthOf } from "./values.ts";

/** A moment with its year, without being cut. */
const MOMENT = 176;

/** Pixels of a text of 13 px: Chinese characters are square, others are about half as wide. */
const pixels = (text: string): number => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 13 : 7.5), 0);

/** Wide enough for each of a field's options, within reason: what a column holds is known before its rows are. */
export function columnWidth(field: Field, lang: Language): number {
  if (field.kind === "instant") return MOMENT;
  const longest = field.kind === "choice" ? Math.max(0, ...(field.options ?? []).map((option) => pixels(word(option.title, lang)))) : 0;
  return Math.max(widthOf(field), Math.min(160, Math.ceil(longest) + 24));
}

function Flag({ value, yes, no }: { readonly value: boolean; readonly yes: string; readonly no: string }): ReactElement {
  return value ? (
    <span className="flag">
      <Check /> {yes}
    </span>
  ) : (
    <span className="faint">{no}</span>
  );
}

export function Cell({ row, field, lang, t }: { readonly row: Row; readonly field: Field; readonly lang: Language; readonly t: Speech["t"] }): ReactNode {
  const value = row[field.name];
  if (field.kind === "bool" && typeof value === "boolean") return <Flag value={value} yes={t("list.yes")} no={t("list.no")} />;
  if (field.dictionary && typeof value === "string" && value && !labelOf(row, field)) return <Named field={field} values={[value]} />;
  const text = display(row, field, lang, t("list.yes"), t("list.no"));
  if (text === NONE) return <span className="faint">{NONE}</span>;
  return <span title={text.length > 12 ? text : undefined}>{text}</span>;
}

export function gridColumns(resource: Resource, names: readonly string[], lang: Language, t: Speech["t"]): readonly Column<Row>[] {
  const named = nameField(resource, lang);
  return names.flatMap((name): Column<Row>[] => {
    if (STAMPS.includes(name)) {
      return [{ key: name, title: t(`list.${name}`), width: MOMENT, sortable: true, cell: (row) => instant(String(row[name] ?? "")) }];
    }
    const field = resource.fields.find((entry) => entry.name === name);
    if (!field) return [];
    const cell = (row: Row): ReactNode => (name === named ? <b><Cell row={row} field={field} lang={lang} t={t} /></b> : <Cell row={row} field={field} lang={lang} t={t} />);
    return [{ key: name, title: word(field.title, lang), width: columnWidth(field, lang), numeric: isNumeric(field), sortable: field.sort ?? false, cell }];
  });
}
