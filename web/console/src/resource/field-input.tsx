// The input of a field, by its kind; an entity may bring its own.
import { Input, InputNumber, Select, Switch } from "antd";
import type { ComponentType, ReactElement } from "react";
import { lazy, Suspense } from "react";
import type { Field, Resource } from "../api/meta.ts";
import type { FieldInputProps } from "../entity/registry.tsx";
import { entityOf } from "../entity/registry.tsx";
import { useOptions } from "./options.ts";

const DateInput = lazy(async () => ({ default: (await import("./dates.tsx")).DateInput }));
const own = new Map<string, ComponentType<FieldInputProps>>();

function ownInput(resource: Resource, field: Field): ComponentType<FieldInputProps> | null {
  const load = entityOf(resource.path)?.inputs?.[field.name];
  if (!load) return null;
  const key = `${resource.path} ${field.name}`;
  const known = own.get(key) ?? lazy(async () => ({ default: (await load()).Input }));
  own.set(key, known);
  return known;
}

export function FieldInput({ resource, field, ...input }: FieldInputProps & { readonly resource: Resource; readonly field: Field }): ReactElement {
  const Own = ownInput(resource, field);
  const space = <div className="input-space" />;
  if (Own) return <Suspense fallback={space}><Own {...input} /></Suspense>;
  if (field.kind === "instant" || field.kind === "date") return <Suspense fallback={space}><DateInput {...input} date={field.kind === "date"} /></Suspense>;
  return <Plain field={field} {...input} />;
}

function Plain({ field, id, value, onChange, disabled = false }: FieldInputProps & { readonly field: Field }): ReactElement {
  const common = { ...(id ? { id } : {}), disabled };
  const text = typeof value === "string" ? value : "";
  switch (field.kind) {
    case "bool":
      return <Switch {...common} checked={value === true} onChange={(on) => onChange?.(on)} />;
    case "longtext":
      return <Input.TextArea {...common} value={text} maxLength={field.max ?? undefined} className="grows" onChange={(event) => onChange?.(event.target.value)} />;
    case "number":
      return <InputNumber<number> {...common} className="wide" value={typeof value === "number" ? value : null} min={field.range?.[0] ?? Number.MIN_SAFE_INTEGER} max={field.range?.[1] ?? Number.MAX_SAFE_INTEGER} precision={0} onChange={(next) => onChange?.(next)} />;
    case "money":
      return <InputNumber<string> {...common} className="wide" stringMode value={text || null} precision={2} onChange={(next) => onChange?.(next === null ? null : String(next))} />;
    case "list":
    case "phones":
      return <Select {...common} mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", ";", " "]} value={Array.isArray(value) ? value : []} onChange={(next: string[]) => onChange?.(next)} />;
    case "choice":
    case "dictionary":
    case "reference":
    case "references":
      return <Choose field={field} {...common} value={value} onChange={onChange} />;
    case "json":
      return <JsonInput {...common} value={value} onChange={onChange} />;
    default:
      if (field.secret) return <Input.Password {...common} value={text} autoComplete="new-password" onChange={(event) => onChange?.(event.target.value)} />;
      return <Input {...common} value={text} maxLength={field.max ?? undefined} type={field.kind === "email" ? "email" : field.kind === "phone" ? "tel" : "text"} autoComplete="off" onChange={(event) => onChange?.(event.target.value)} />;
  }
}

type ChooseProps = { readonly field: Field; readonly id?: string; readonly disabled: boolean; readonly value: unknown; readonly onChange: ((value: unknown) => void) | undefined };

function Choose({ field, value, onChange, ...common }: ChooseProps): ReactElement {
  const many = field.kind === "references";
  const chosen = Array.isArray(value) ? value.map(String) : typeof value === "string" && value ? [value] : [];
  const { options, search, pending } = useOptions(field, chosen);
  return (
    <Select
      {...common}
      {...(many ? { mode: "multiple" as const } : {})}
      value={many ? chosen : (chosen[0] ?? null)}
      options={[...options]}
      loading={pending}
      allowClear={!field.required}
      showSearch={{ optionFilterProp: "label", ...(search ? { filterOption: false, onSearch: search } : {}) }}
      onChange={(next: string | string[] | undefined) => onChange?.(next ?? null)}
    />
  );
}

type JsonProps = { readonly id?: string; readonly disabled: boolean; readonly value: unknown; readonly onChange: ((value: unknown) => void) | undefined };

/** JSON as text; what cannot be read stays text, and the form's rule says so. */
function JsonInput({ value, onChange, ...common }: JsonProps): ReactElement {
  const text = typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value, null, 2);
  const read = (next: string): unknown => {
    try {
      const parsed: unknown = JSON.parse(next);
      return typeof parsed === "object" ? parsed : next;
    } catch {
      return next;
    }
  };
  return <Input.TextArea {...common} className="mono grows" defaultValue={text} spellCheck={false} onChange={(event) => onChange?.(event.target.value.trim() ? read(event.target.value) : null)} />;
}
