// The card in the middle of the pages before the console.
import type { ReactElement, ReactNode } from "react";
import { useWords } from "../text/words.ts";
import { Mark } from "../view/icons.tsx";

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  /** Stands below the card. */
  readonly foot?: ReactNode;
}

export function SignCard({ title, children, foot }: Props): ReactElement {
  const { t } = useWords();
  return (
    <main className="sign">
      <div className="sign-card">
        <div className="sign-brand">
          <Mark /> {t("app.name")}
        </div>
        <h1>{title}</h1>
        {children}
      </div>
      {foot}
    </main>
  );
}
