// The page before everything else.
import type { ReactElement } from "react";
import type { Session } from "../api/session.ts";
import { LookSwitch } from "../shell/lookswitch.tsx";
import { useWords } from "../text/words.ts";
import { SignCard } from "./signcard.tsx";
import { SignInForm } from "./signinform.tsx";

export function SignInPage({ entered }: { readonly entered: (session: Session) => void }): ReactElement {
  const { t } = useWords();
  const failed = new URLSearchParams(window.location.search).has("sign-on-failed");
  return (
    <SignCard title={t("sign.title")} foot={<LookSwitch />}>
      {failed && <p className="refusal" role="alert">{t("sign.failed")}</p>}
      <SignInForm entered={entered} />
    </SignCard>
  );
}
