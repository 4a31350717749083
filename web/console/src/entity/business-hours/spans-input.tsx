// Spans of one day: two times each, one more, one less.
import { Button, Input } from "antd";
import type { ReactElement } from "react";
import { useWords } from "../../text/words.ts";
import { Cross, Plus } from "../../view/icons.tsx";
import type { Span } from "./week.ts";
import { isSpan, tidyTime } from "./week.ts";
import "./words.ts";

interface Props {
  readonly day: string;
  readonly spans: readonly Span[];
  readonly disabled: boolean;
  readonly change: (spans: readonly Span[]) => void;
}

export function SpansInput({ day, spans, disabled, change }: Props): ReactElement {
  const { t } = useWords();
  const set = (index: number, part: Partial<Span>): void => change(spans.map((span, at) => (at === index ? { ...span, ...part } : span)));
  const time = (index: number, name: "from" | "to", span: Span): ReactElement => (
    <Input
      className="time"
      value={span[name]}
      disabled={disabled}
      maxLength={5}
      inputMode="numeric"
      placeholder={name === "from" ? "09:00" : "18:00"}
      status={span.from && span.to && !isSpan(span) ? "error" : ""}
      aria-invalid={Boolean(span.from && span.to && !isSpan(span))}
      aria-label={t(`hours.${name}`, { day })}
      onChange={(event) => set(index, { [name]: event.target.value })}
      onBlur={(event) => set(index, { [name]: tidyTime(event.target.value) })}
    />
  );
  return (
    <div className="spans">
      {spans.map((span, index) => (
        <span key={index} className="span">
          {time(index, "from", span)} – {time(index, "to", span)}
          <button type="button" className="row-button" disabled={disabled} aria-label={`${t("hours.drop")}: ${day} ${span.from}`} onClick={() => change(spans.filter((_, at) => at !== index))}>
            <Cross />
          </button>
        </span>
      ))}
      {spans.length === 0 && <span className="faint">{t("hours.closed")}</span>}
      <Button size="small" type="text" disabled={disabled} icon={<Plus />} aria-label={`${t("hours.add")}: ${day}`} onClick={() => change([...spans, { from: spans.at(-1)?.to ?? "09:00", to: "18:00" }])} />
    </div>
  );
}
