// A test message, and another secret.
import { App, Button } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import type { Tested } from "../../api/hooks.ts";
import { renewSecret, testHook } from "../../api/hooks.ts";
import { can } from "../../api/meta.ts";
import { useChanges } from "../../resource/mutations.ts";
import { showOnce } from "../../resource/show-once.tsx";
import { useWords } from "../../text/words.ts";
import { ActionDialog } from "../../view/action-dialog.tsx";
import type { RowProps } from "../registry.tsx";
import "./words.ts";

export function Actions({ resource, row }: RowProps): ReactElement | null {
  const { t } = useWords();
  const { message, modal } = App.useApp();
  const { forget, fail } = useChanges(resource);
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(false);
  if (!can(resource, "edit")) return null;
  const tell = (tested: Tested): void => {
    const status = tested.status === null ? t("webhooks.nobody") : t("webhooks.status", { status: tested.code === null ? tested.status : `${tested.status} / ${tested.code}` });
    const text = `${tested.message ?? t("webhooks.arrived")} · ${status} · ${tested.ms} ms`;
    void (tested.arrived ? message.success(text) : message.error(text, 8));
  };
  const test = async (): Promise<void> => {
    setBusy(true);
    await testHook(row.id).then(tell, fail);
    setBusy(false);
    await forget();
  };
  const renew = async (): Promise<void> => {
    showOnce(modal, t, await renewSecret(row.id));
    await forget();
  };
  return (
    <>
      <Button loading={busy} onClick={() => void test()}>{t("webhooks.test")}</Button>
      {row["form"] === "json" && <Button onClick={() => setOpen(true)}>{t("webhooks.renew")}</Button>}
      {open && <ActionDialog title={t("webhooks.renew")} deed={t("webhooks.renew")} text={t("webhooks.renewText")} act={renew} close={() => setOpen(false)} />}
    </>
  );
}
