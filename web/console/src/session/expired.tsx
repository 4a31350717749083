// Signing in again above the page that one was on.
import { Modal } from "antd";
import type { ReactElement } from "react";
import type { Session } from "../api/session.ts";
import { useWords } from "../text/words.ts";
import { SignInForm } from "./signinform.tsx";

export function Expired({ login, entered }: { readonly login: string; readonly entered: (session: Session) => void }): ReactElement {
  const { t } = useWords();
  return (
    <Modal open title={t("sign.expired")} footer={null} closable={false} mask={{ closable: false }} keyboard={false} width={380}>
      <p className="muted expired">{t("sign.expiredText")}</p>
      <SignInForm entered={entered} login={login} />
    </Modal>
  );
}
