// The first sign-in with a one-time password: nothing else until it is changed.
import { Button } from "antd";
import type { ReactElement } from "react";
import type { Session } from "../api/session.ts";
import { signOut } from "../api/session.ts";
import { useWords } from "../text/words.ts";
import { Mark } from "../view/icons.tsx";
import { PasswordForm } from "./passwordform.tsx";

export function FirstPassword({ session, changed }: { readonly session: Session; readonly changed: (session: Session | null) => void }): ReactElement {
  const { t } = useWords();
  return (
    <main className="sign">
      <div className="sign-card">
        <div className="sign-brand">
          <Mark /> {t("app.name")}
        </div>
        <h1>{t("sign.first")}</h1>
        <p className="muted">{t("sign.firstText")}</p>
        <PasswordForm login={session.user.login} changed={changed} />
        <Button type="link" className="sign-other" onClick={() => void signOut().finally(() => changed(null))}>
          {t("sign.other")}
        </Button>
      </div>
    </main>
  );
}
