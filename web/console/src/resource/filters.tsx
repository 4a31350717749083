// The conditions of a list: written down first, asked with 查询, undone with 重置.
import { Button, Input } from "antd";
import type { FormEvent, ReactElement } from "react";
import { useEffect, useState } from "react";
import type { Field, Resource } from "../api/meta.ts";
import { useWords } from "../text/words.ts";
import { Search } from "../view/icons.tsx";
import { FilterInput } from "./filter-input.tsx";
import type { ListState } from "./liststate.ts";
import { hasHappened, STAMPS } from "./liststate.ts";

interface Props {
  readonly resource: Resource;
  readonly state: ListState;
  readonly apply: (changes: Partial<ListState>) => void;
  readonly fixed?: Readonly<Record<string, string>> | undefined;
  /** What the search takes, where the names of its fields do not say it. */
  readonly hint?: string;
  /** Names of the conditions that stand first, where the usual order does not fit. */
  readonly first?: readonly string[];
  /** Times that every row has beside its fields. */
  readonly stamps?: readonly string[];
}

/** So many stand in the first line; the others come when asked for. */
const FIRST = 4;

export function Filters({ resource, state, apply, fixed = {}, hint, first, stamps = STAMPS }: Props): ReactElement {
  const { t, say } = useWords();
  const [q, setQ] = useState(state.q);
  const [draft, setDraft] = useState(state.filters);
  const [all, setAll] = useState(false);
  useEffect(() => {
    setQ(state.q);
    setDraft(state.filters);
  }, [state]);

  // What has happened has one time, and that is asked for first.
  const happened = hasHappened(resource) ? ["created_at"] : null;
  const times = (happened ?? stamps).map((name): Field => {
    const title = t(`list.${name}`);
    return { name, kind: "instant", title: { zh: title, en: title } };
  });
  const fields = resource.fields.filter((field) => field.filter && !(field.name in fixed));
  const order = [...fields, ...times].sort((a, b) => weight(a, first ?? happened ?? []) - weight(b, first ?? happened ?? []));
  const used = (field: Field): boolean => Object.keys(draft).some((name) => name === field.name || name.startsWith(`${field.name}.`));
  const visible = all ? order : order.filter((field, index) => index < FIRST || used(field));
  const searchable = resource.fields.filter((field) => field.search ?? false);
  // From what was there before: an input may set two parameters at once, such as both ends of a range.
  const set = (parameter: string, value: string): void =>
    setDraft(({ [parameter]: _, ...rest }) => (value ? { ...rest, [parameter]: value } : rest));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    apply({ q: q.trim(), filters: draft });
  };
  return (
    <form className="filters" role="search" aria-label={t("list.filters")} onSubmit={submit}>
      {searchable.length > 0 && (
        <Input
          className="search"
          value={q}
          onChange={(event) => setQ(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
          title={hint}
          placeholder={hint ?? searchable.map((field) => say(field.title)).slice(0, 3).join(t("list.yes") === "是" ? "、" : ", ")}
          aria-label={t("list.searchIn", { what: say(resource.title) })}
          prefix={<Search />}
          suffix={<kbd aria-hidden="true">/</kbd>}
          data-search
        />
      )}
      {visible.map((field) => (
        <FilterInput key={field.name} field={field} values={draft} set={set} />
      ))}
      <div className="filter-deeds">
        {order.length > FIRST && (
          <Button type="text" onClick={() => setAll(!all)} aria-expanded={all}>
            {t(all ? "action.fewerFilters" : "action.moreFilters")}
          </Button>
        )}
        <Button type="primary" htmlType="submit">
          {t("action.query")}
        </Button>
        <Button onClick={() => apply({ q: "", filters: {}, sort: "" })}>{t("action.reset")}</Button>
      </div>
    </form>
  );
}

/** Choices first: they are what people filter by. */
function weight(field: Field, first: readonly string[]): number {
  if (first.includes(field.name)) return first.indexOf(field.name) - first.length;
  if (["choice", "dictionary", "bool"].includes(field.kind)) return 0;
  if (STAMPS.includes(field.name)) return 5;
  if (field.kind === "reference" || field.kind === "references") return 1;
  if (field.kind === "instant" || field.kind === "date") return 2;
  return field.search ? 4 : 3;
}
