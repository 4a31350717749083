// A message's title: who left it, and when.
import type { ReactElement } from "react";
import { instant } from "../../resource/values.ts";
import { useWords } from "../../text/words.ts";
import type { RowProps } from "../registry.tsx";
import "./words.ts";

export function Heading({ row }: RowProps): ReactElement {
  const { t } = useWords();
  const [name, number, at] = ["from_name", "from_number", "left_at"].map((field) => (typeof row[field] === "string" ? row[field] : ""));
  return <>{t("voicemail.heading", { who: name || number || t("voicemail.unknown"), at: at ? instant(at) : "" })}</>;
}
