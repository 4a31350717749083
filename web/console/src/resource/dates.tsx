// Days and instants of the centre; in a file of its own because calendars are heavy.
import browser from "@rc-component/picker/generate/dayjs";
import { DatePicker } from "antd";
import type { Dayjs } from "dayjs";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import utc from "dayjs/plugin/utc";
import type { ReactElement } from "react";
import { useEffect } from "react";
import { useWords } from "../text/words.ts";
import { centreZone } from "../zone/centre.ts";
import { dayOf, instantOf, midnight, plusDays, spansOf, wallOf } from "../zone/zone.ts";

dayjs.extend(utc);

const DAY = "YYYY-MM-DD";
const wall = (at: Date | number): Dayjs => dayjs.utc(wallOf(at, centreZone()));

/** Addresses are typed by people: what is no time is no day. */
const known = (at: number): Dayjs | null => (Number.isNaN(at) ? null : wall(at));

/** What the centre's clock shows, written as if it were UTC: no change of the browser's own clock can move it. */
const Picker = DatePicker.generatePicker<Dayjs>({
  ...browser,
  getNow: () => wall(Date.now()),
  getFixedDate: (text) => dayjs.utc(text),
  locale: { ...browser.locale, parse: (_, text, formats) => formats.map((format) => dayjs.utc(text, format, true)).find((day) => day.isValid()) ?? null },
});

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
  const write = (day: string): string => (date ? day : midnight(day, centreZone()));
  const picked = (value: readonly (Dayjs | null)[] | null): void => {
    const [first, last] = value ?? [];
    change(first ? write(first.format(DAY)) : "", last ? write(plusDays(last.format(DAY), 1)) : "");
  };
  const read = (text: string, before: number): Dayjs | null => (text === "" ? null : date ? dayjs.utc(text).subtract(before, "day") : known(Date.parse(text) - before));
  const presets = spansOf(dayOf(Date.now(), centreZone())).map(([name, begin, end]) => ({ label: t(`list.spans.${name}`), value: [dayjs.utc(begin), dayjs.utc(end)] as [Dayjs, Dayjs] }));
  return (
    <Picker.RangePicker
      id={{ start: id, end: `${id}-end` }}
      variant="borderless"
      allowEmpty={[true, true]}
      // The last instant before the end lies in the last day.
      value={[read(from, 0), read(to, 1)]}
      presets={presets}
      onChange={picked}
      placeholder={[t("list.from"), t("list.to")]}
      format={DAY}
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
  const at = typeof value === "string" && value ? (date ? dayjs.utc(value) : known(Date.parse(value))) : null;
  const write = (day: Dayjs): string => (date ? day.format(DAY) : instantOf(day.format("YYYY-MM-DDTHH:mm:ss"), centreZone()));
  return (
    <Picker
      {...(id ? { id } : {})}
      disabled={disabled ?? false}
      showTime={!date}
      value={at}
      format={date ? DAY : "YYYY-MM-DD HH:mm:ss"}
      onChange={(day: Dayjs | null) => onChange?.(day ? write(day) : null)}
      className="wide"
    />
  );
}
