// Two texts as one: lines that went and came, the words in which they differ, long unchanged stretches folded.
import type { ReactElement } from "react";
import { useMemo, useState } from "react";
import { useWords } from "../text/words.ts";
import type { Line, Stretch } from "./lines.ts";
import { lineDifference, stretches } from "./lines.ts";

interface Props {
  readonly before: string;
  readonly after: string;
  /** What is compared, for those who do not see it. */
  readonly label: string;
}

export function LineDifference({ before, after, label }: Props): ReactElement {
  const found = useMemo(() => stretches(lineDifference(before, after)), [before, after]);
  return (
    <div className="difference" role="region" aria-label={label} tabIndex={0}>
      {found.map((stretch, index) => (stretch.folded ? <Folded key={index} stretch={stretch} /> : <Lines key={index} lines={stretch.lines} />))}
    </div>
  );
}

function Folded({ stretch }: { readonly stretch: Stretch }): ReactElement {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  if (open) return <Lines lines={stretch.lines} />;
  return (
    <button type="button" className="line-fold" onClick={() => setOpen(true)}>
      {t("lines.folded", { count: stretch.lines.length })}
    </button>
  );
}

function Lines({ lines }: { readonly lines: readonly Line[] }): ReactElement {
  const { t } = useWords();
  return (
    <>
      {lines.map((line, index) => (
        <p key={index} className={`line-${line.how}`}>
          <span aria-hidden="true">{line.how === "removed" ? "−" : line.how === "added" ? "+" : ""}</span>
          {line.how !== "same" && <span className="unseen">{t(`lines.${line.how}`)}: </span>}
          <span>{line.pieces ? line.pieces.map((piece, place) => (piece.changed ? <mark key={place}>{piece.text}</mark> : piece.text)) : line.text || "\u00a0"}</span>
        </p>
      ))}
    </>
  );
}
