// The page before everything else.
import type { ReactElement } from "react";
import type { Session } from "../api/session.ts";
import { Mark } from "../view/icons.tsx";
import { LookSwitch } from "../shell/lookswitch.tsx";
import { useWords } from "../text/words.ts";
import { SignInForm } from "./signinform.tsx";

export function SignInPage({ entered }: { readonly entered: (session: Session) => void }): ReactElement {
  const { t } = useWords();
  const failed = new URLSearchParams(window.location.search).has("sign-on-failed");
  return (
    <main className="sign">
      <div className="sign-card">
        <div className="sign-brand">
          <Mark /> {t("app.name")}
        </div>
        <h1>{t("sign.title")}</h1>
        {failed && <p className="refusal">{t("sign.failed")}</p>}
        <SignInForm entered={entered} />
      </div>
      <LookSwitch />
    </main>
  );
}
