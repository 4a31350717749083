// The card in the middle of the pages before the console.
import type { ReactElement, ReactNode } from "react";
import { Brand, useImages } from "../shell/brand.tsx";

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  /** Stands below the card. */
  readonly foot?: ReactNode;
}

export function SignCard({ title, children, foot }: Props): ReactElement {
  const picture = useImages().get("sign-in");
  return (
    <main className="sign">
      <div className="sign-card">
        {picture && <img className="sign-picture" src={picture} alt="" />}
        <div className="sign-brand">
          <Brand />
        </div>
        <h1>{title}</h1>
        {children}
      </div>
      {foot}
    </main>
  );
}
