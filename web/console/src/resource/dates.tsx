// Days and instants; in a file of its own because calendars are heavy.
import { DatePicker } from "antd";
import type { Dayjs } from "dayjs";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import type { ReactElement } from "react";
import { useEffect } from "react";
import { useWords } from "../text/words.ts";

function useCalendar(): void {
  const { lang } = useWords();
  useEffect(() => void dayjs.locale(lang === "zh" ? "zh-cn" : "en"), [lang]);
}

interface RangeProps {
  readonly id: string;
  readonly date: boolean;
  readonly from: string;
  readonly to: string;
  readonly change: (from: string, to: string) => void;
}

/** From a day to a day. The server's end is exclusive, people's is not: the day after the last one travels. */
export function RangeInput({ id, date, from, to, change }: RangeProps): ReactElement {
  const { t } = useWords();
  useCalendar();
  const write = (day: Dayjs): string => (date ? day.format("YYYY-MM-DD") : day.startOf("day").toISOString());
  const picked = (value: readonly (Dayjs | null)[] | null): void => {
    const [first, last] = value ?? [];
    change(first ? write(first) : "", last ? write(last.add(1, "day")) : "");
  };
  return (
    <DatePicker.RangePicker
      id={{ start: id, end: `${id}-end` }}
      variant="borderless"
      allowEmpty={[true, true]}
      value={[from ? dayjs(from) : null, to ? dayjs(to).subtract(1, "day") : null]}
      onChange={picked}
      placeholder={[t("list.from"), t("list.to")]}
      format="YYYY-MM-DD"
      aria-label={t("list.to")}
    />
  );
}

interface DateProps {
  readonly id?: string;
  readonly date: boolean;
  readonly value?: unknown;
  readonly onChange?: (value: string | null) => void;
  readonly disabled?: boolean;
}

export function DateInput({ id, date, value, onChange, disabled }: DateProps): ReactElement {
  useCalendar();
  const at = typeof value === "string" && value ? dayjs(value) : null;
  return (
    <DatePicker
      {...(id ? { id } : {})}
      disabled={disabled ?? false}
      showTime={!date}
      value={at}
      format={date ? "YYYY-MM-DD" : "YYYY-MM-DD HH:mm:ss"}
      onChange={(day: Dayjs | null) => onChange?.(day ? (date ? day.format("YYYY-MM-DD") : day.toISOString()) : null)}
      className="wide"
    />
  );
}
