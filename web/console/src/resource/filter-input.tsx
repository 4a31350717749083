// One condition, by the kind of its field.
import { Input, Select } from "antd";
import type { ReactElement } from "react";
import { lazy, Suspense, useId } from "react";
import type { Field } from "../api/meta.ts";
import { useWords } from "../text/words.ts";
import { NOBODY } from "./liststate.ts";
import { useOptions } from "./options.ts";

const RangeInput = lazy(async () => ({ default: (await import("./dates.tsx")).RangeInput }));

interface Props {
  readonly field: Field;
  readonly values: Readonly<Record<string, string>>;
  readonly set: (parameter: string, value: string) => void;
}

export function FilterInput({ field, values, set }: Props): ReactElement {
  const { say } = useWords();
  const id = useId();
  const title = say(field.title);
  return (
    <div className={`filter filter-${field.kind}`}>
      <label htmlFor={id}>{title}</label>
      <Control id={id} field={field} values={values} set={set} />
    </div>
  );
}

function Control({ id, field, values, set }: Props & { readonly id: string }): ReactElement {
  const { t } = useWords();
  const own = values[field.name] ?? "";
  if (field.kind === "bool") {
    const options = [
      { value: "true", label: t("list.yes") },
      { value: "false", label: t("list.no") },
    ];
    return <Select id={id} variant="borderless" allowClear value={own || undefined} placeholder={t("list.all")} options={options} onChange={(value: string | undefined) => set(field.name, value ?? "")} popupMatchSelectWidth={false} />;
  }
  if (["choice", "dictionary", "reference", "references"].includes(field.kind) || field.options) return <Many id={id} field={field} values={values} set={set} />;
  if (field.kind === "instant" || field.kind === "date") {
    const range = (from: string, to: string): void => {
      set(`${field.name}.from`, from);
      set(`${field.name}.to`, to);
    };
    return (
      <Suspense fallback={<span className="range-space" />}>
        <RangeInput id={id} date={field.kind === "date"} from={values[`${field.name}.from`] ?? ""} to={values[`${field.name}.to`] ?? ""} change={range} />
      </Suspense>
    );
  }
  if (field.kind === "number" || field.kind === "money") {
    return (
      <>
        <Input id={id} variant="borderless" inputMode="decimal" value={values[`${field.name}.from`] ?? ""} placeholder={t("list.from")} onChange={(event) => set(`${field.name}.from`, event.target.value.trim())} />
        <Input variant="borderless" inputMode="decimal" aria-label={t("list.to")} value={values[`${field.name}.to`] ?? ""} placeholder={t("list.to")} onChange={(event) => set(`${field.name}.to`, event.target.value.trim())} />
      </>
    );
  }
  const exact = field.kind === "phone" || field.kind === "phones" || field.kind === "list";
  const parameter = exact ? field.name : `${field.name}.like`;
  return <Input id={id} variant="borderless" allowClear value={values[parameter] ?? ""} placeholder={t("list.all")} onChange={(event) => set(parameter, event.target.value)} />;
}

function Many({ id, field, values, set }: Props & { readonly id: string }): ReactElement {
  const { t } = useWords();
  const parameter = `${field.name}.in`;
  const chosen = (values[parameter] ?? values[field.name] ?? "").split(",").filter(Boolean);
  const { options, search, pending } = useOptions(field, chosen.filter((value) => value !== NOBODY));
  // Whoever has nobody is a choice of its own: customers of the pool, messages that nobody has.
  const nobody = field.kind === "reference" && !(field.required ?? false) ? [{ value: NOBODY, label: t("list.nobody") }] : [];
  return (
    <Select
      id={id}
      variant="borderless"
      mode="multiple"
      allowClear
      maxTagCount={1}
      maxTagPlaceholder={(left) => `+${left.length}`}
      value={chosen}
      placeholder={t("list.all")}
      options={[...nobody, ...options]}
      loading={pending}
      showSearch={{ optionFilterProp: "label", ...(search ? { filterOption: false, onSearch: search } : {}) }}
      popupMatchSelectWidth={false}
      onChange={(next: string[]) => {
        const alone = next.at(-1) === NOBODY;
        set(field.name, alone ? NOBODY : "");
        set(parameter, alone ? "" : next.filter((value) => value !== NOBODY).join(","));
      }}
    />
  );
}
