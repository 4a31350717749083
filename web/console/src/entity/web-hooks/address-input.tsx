// The address of a hook: seen while it is typed, and never shown again.
import { Input } from "antd";
import type { ReactElement } from "react";
import type { FieldInputProps } from "../registry.tsx";

const LONGEST = 1_000;

export function AddressInput({ id, value, onChange, disabled = false }: FieldInputProps): ReactElement {
  return (
    <Input
      {...(id ? { id } : {})}
      type="url"
      disabled={disabled}
      value={typeof value === "string" ? value : ""}
      maxLength={LONGEST}
      placeholder="https://"
      autoComplete="off"
      onChange={(event) => onChange?.(event.target.value)}
    />
  );
}
