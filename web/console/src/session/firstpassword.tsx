// The first sign-in with a one-time password: nothing else until it is changed.
import { Button } from "antd";
import type { ReactElement } from "react";
import type { Session } from "../api/session.ts";
import { signOut } from "../api/session.ts";
import { useWords } from "../text/words.ts";
import { PasswordForm } from "./passwordform.tsx";
import { SignCard } from "./signcard.tsx";

export function FirstPassword({ session, changed }: { readonly session: Session; readonly changed: (session: Session | null) => void }): ReactElement {
  const { t } = useWords();
  return (
    <SignCard title={t("sign.first")}>
      <p className="muted">{t("sign.firstText")}</p>
      <PasswordForm login={session.user.login} changed={changed} />
      <Button type="link" className="sign-other" onClick={() => void signOut().finally(() => changed(null))}>
        {t("sign.other")}
      </Button>
    </SignCard>
  );
}
