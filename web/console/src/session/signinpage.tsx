// The page before everything else.
import type { ReactElement } from "react";
import type { Session } from "../api/session.ts";
import { LookSwitch } from "../shell/lookswitch.tsx";
import { useWords } from "../text/words.ts";
import { failedSignOn } from "./sign.ts";
import { SignCard } from "./signcard.tsx";
import { SignInForm } from "./signinform.tsx";

export function SignInPage({ entered }: { readonly entered: (session: Session) => void }): ReactElement {
  const { t } = useWords();
  const failed = failedSignOn(window.location.search);
  return (
    <SignCard title={t("sign.title")} foot={<LookSwitch />}>
      {failed && <p className="refusal" role="alert">{t(failed)}</p>}
      <SignInForm entered={entered} />
    </SignCard>
  );
}
