// A week as it is read.
import type { ReactElement } from "react";
import { useWords } from "../../text/words.ts";
import type { Bar } from "./week.ts";
import { barsOf, DAYS, readWeek } from "./week.ts";
import "./words.ts";

const MARKS = [0, 6, 12, 18, 24];

export function DayBars({ bars }: { readonly bars: readonly Bar[] }): ReactElement {
  return (
    <div className="day-bars" aria-hidden="true">
      {bars.map((bar, index) => (
        <span key={index} style={{ left: `${bar.from * 100}%`, width: `${(bar.to - bar.from) * 100}%` }} />
      ))}
    </div>
  );
}

/** The hours below the bars. */
export function Hours(): ReactElement {
  return (
    <div className="day-hours faint num" aria-hidden="true">
      {MARKS.map((hour) => (
        <span key={hour}>{hour}</span>
      ))}
    </div>
  );
}

export function WeekView({ value }: { readonly value: unknown }): ReactElement {
  const { t } = useWords();
  const week = readWeek(value);
  const bars = barsOf(week);
  return (
    <table className="plain week">
      <tbody>
        {DAYS.map((number, index) => (
          <tr key={number}>
            <th scope="row">{t(`hours.day${number}`)}</th>
            <td>{week[index]?.map((span) => `${span.from}–${span.to}`).join(" · ") || <span className="faint">{t("hours.closed")}</span>}</td>
            <td className="week-bars"><DayBars bars={bars[index] ?? []} /></td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td />
          <td />
          <td><Hours /></td>
        </tr>
      </tfoot>
    </table>
  );
}
