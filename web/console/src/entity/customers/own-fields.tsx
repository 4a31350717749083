// The organisation's own fields of a customer: read, and filled in.
import { Form } from "antd";
import type { ReactElement } from "react";
import type { Field } from "../../api/meta.ts";
import { FieldInput } from "../../resource/field-input.tsx";
import { Named } from "../../resource/named.tsx";
import { displayValue, NONE } from "../../resource/values.ts";
import { useResource } from "../../session/session.ts";
import { useWords } from "../../text/words.ts";
import type { FieldInputProps } from "../registry.tsx";
import type { Own } from "./own.ts";
import { keptValue, ownOf, shownValue, useOwnFields } from "./own.ts";

/** The values with their labels, as parts of a list of fields. */
export function OwnValues({ own }: { readonly own: Own }): ReactElement {
  const { say } = useWords();
  const fields = useOwnFields();
  return (
    <>
      {(fields ?? []).map((field) => (
        <div key={field.name}>
          <dt>{say(field.title)}</dt>
          <dd>{field.kind === "dictionary" ? <Chosen field={field} value={own[field.name]} /> : <Plain field={field} value={own[field.name]} />}</dd>
        </div>
      ))}
    </>
  );
}

function Plain({ field, value }: { readonly field: Field; readonly value: unknown }): ReactElement {
  const { t, lang } = useWords();
  const text = displayValue(shownValue(value), field, lang, t("list.yes"), t("list.no"));
  return <span className={text === NONE ? "faint" : ""}>{text}</span>;
}

function Chosen({ field, value }: { readonly field: Field; readonly value: unknown }): ReactElement {
  return typeof value === "string" && value ? <Named field={field} values={[value]} /> : <span className="faint">{NONE}</span>;
}

/** All own fields below each other; the value is the object that the server keeps. */
export function Input({ value, onChange, disabled = false }: FieldInputProps): ReactElement {
  const { t, say } = useWords();
  const resource = useResource("customers");
  const fields = useOwnFields();
  const own = ownOf(value);
  if (!fields || !resource) return <div className="input-space" />;
  if (fields.length === 0) return <span className="faint">{t("customers.noOwn")}</span>;
  return (
    <div className="own-fields">
      {fields.map((field) => (
        <Form.Item key={field.name} label={say(field.title)} required={field.required ?? false} htmlFor={`own-${field.name}`}>
          <FieldInput id={`own-${field.name}`} resource={resource} field={field} disabled={disabled} value={shownValue(own[field.name])} onChange={(next) => onChange?.({ ...own, [field.name]: keptValue(field, next) })} />
        </Form.Item>
      ))}
    </div>
  );
}
