// What went wrong and what to do about it; never a stack.
import { Button } from "antd";
import type { ReactElement } from "react";
import { Problem, remedy } from "../api/problem.ts";
import { useWords } from "../text/words.ts";

interface Props {
  readonly error: unknown;
  readonly retry?: () => void;
}

export function ErrorPanel({ error, retry }: Props): ReactElement {
  const { t } = useWords();
  const problem = error instanceof Problem ? error : null;
  return (
    <section className="nothing" role="alert">
      <h2>{problem?.title || t("problem.title")}</h2>
      {problem?.detail && <p>{problem.detail}</p>}
      {problem?.errors.map((entry) => <p key={entry.field}>{entry.message}</p>)}
      <p>{t(remedy(error))}</p>
      {retry && <Button onClick={retry}>{t("action.retry")}</Button>}
    </section>
  );
}

/** One sentence for a message: what the server says, or what to do. */
export function sentence(error: unknown, t: (key: string) => string): string {
  if (error instanceof Problem) {
    const fields = error.errors.map((entry) => entry.message).filter(Boolean);
    if (fields.length > 0) return fields.join(" ");
    if (error.detail) return error.detail;
  }
  return t(remedy(error));
}
