// A week as a grid: each day's spans, and what they open as bars of 24 hours.
import { Button } from "antd";
import type { ReactElement } from "react";
import { useWords } from "../../text/words.ts";
import type { FieldInputProps } from "../registry.tsx";
import { SpansInput } from "./spans-input.tsx";
import type { Span, Week } from "./week.ts";
import { barsOf, DAYS, readWeek, writeWeek } from "./week.ts";
import { DayBars, Hours } from "./week-view.tsx";
import "./words.ts";

export function Input({ value, onChange, disabled = false }: FieldInputProps): ReactElement {
  const { t } = useWords();
  const week = readWeek(value);
  const bars = barsOf(week);
  const put = (next: Week): void => onChange?.(writeWeek(next));
  const day = (index: number, spans: readonly Span[]): void => put(week.map((entry, at) => (at === index ? spans : entry)));
  return (
    <div className="week">
      <table className="plain">
        <tbody>
          {DAYS.map((number, index) => (
            <tr key={number}>
              <th scope="row">{t(`hours.day${number}`)}</th>
              <td>
                <SpansInput day={t(`hours.day${number}`)} spans={week[index] ?? []} disabled={disabled} change={(spans) => day(index, spans)} />
              </td>
              <td className="week-bars">
                <DayBars bars={bars[index] ?? []} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td />
            <td>
              <Button size="small" disabled={disabled} onClick={() => put(week.map((spans, at) => (at < 5 ? (week[0] ?? []) : spans)))}>{t("hours.copy")}</Button>
            </td>
            <td><Hours /></td>
          </tr>
        </tfoot>
      </table>
      <p className="faint">{t("hours.hint")}</p>
    </div>
  );
}
