// An entry's title is what it says.
import type { ReactElement } from "react";
import { sentenceOf } from "../../resource/deed.ts";
import { useMeta } from "../../session/session.ts";
import "../../text/deeds.ts";
import { useWords } from "../../text/words.ts";
import type { RowProps } from "../registry.tsx";

export function Heading({ row }: RowProps): ReactElement {
  const speech = useWords();
  return <>{sentenceOf(row, useMeta().data?.resources ?? [], speech)}</>;
}
