// The hours of one day, such as a working day that stands in for a holiday.
import type { ReactElement } from "react";
import { useWords } from "../../text/words.ts";
import type { FieldInputProps } from "../registry.tsx";
import { SpansInput } from "./spans-input.tsx";
import { spansOf } from "./week.ts";
import "./words.ts";

export function Input({ value, onChange, disabled = false }: FieldInputProps): ReactElement {
  const { t } = useWords();
  return <SpansInput day={t("hours.day")} spans={spansOf(value)} disabled={disabled} change={(spans) => onChange?.(spans.length > 0 ? spans : null)} />;
}
