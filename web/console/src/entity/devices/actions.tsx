// How a screen comes by its key, and loses it.
import { App, Button, Modal, QRCode, Typography } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import type { Pairing } from "../../api/keys.ts";
import { giveKey, pairDevice, takeKey } from "../../api/keys.ts";
import { can } from "../../api/meta.ts";
import { useChanges } from "../../resource/mutations.ts";
import { showOnce } from "../../resource/show-once.tsx";
import { instant } from "../../resource/values.ts";
import { useWords } from "../../text/words.ts";
import { ActionDialog } from "../../view/action-dialog.tsx";
import type { RowProps } from "../registry.tsx";
import "./words.ts";

export function Actions({ resource, row }: RowProps): ReactElement | null {
  const { t } = useWords();
  const { message, modal } = App.useApp();
  const { forget, fail } = useChanges(resource);
  const [open, setOpen] = useState<"give" | "take" | null>(null);
  const [pairing, setPairing] = useState<Pairing | null>(null);
  if (!can(resource, "edit")) return null;
  const close = (): void => setOpen(null);
  const closePairing = (): void => {
    setPairing(null);
    void forget();
  };
  const give = async (): Promise<void> => {
    showOnce(modal, t, await giveKey(row.id));
    await forget();
  };
  const take = async (): Promise<void> => {
    await takeKey(row.id);
    await forget();
    void message.success(t("devices.taken"));
  };
  return (
    <>
      <Button onClick={() => void pairDevice(row.id).then(setPairing, fail)}>{t("devices.pair")}</Button>
      <Button onClick={() => setOpen("give")}>{t("devices.give")}</Button>
      {typeof row["hint"] === "string" && <Button onClick={() => setOpen("take")}>{t("devices.take")}</Button>}
      {open === "give" && <ActionDialog title={t("devices.give")} deed={t("devices.give")} text={t("devices.giveText")} act={give} close={close} />}
      {open === "take" && <ActionDialog title={t("devices.take")} deed={t("devices.take")} danger text={t("devices.takeText")} act={take} close={close} />}
      {pairing && <PairingDialog pairing={pairing} close={closePairing} />}
    </>
  );
}

function PairingDialog({ pairing, close }: { readonly pairing: Pairing; readonly close: () => void }): ReactElement {
  const { t } = useWords();
  const link = new URL(pairing.link, window.location.origin).href;
  const page = new URL("/kiosk", window.location.origin).href;
  return (
    <Modal open title={t("devices.pair")} onCancel={close} footer={<Button type="primary" onClick={close}>{t("action.close")}</Button>}>
      <p className="dialog-text">{t("devices.pairText", { until: instant(pairing.until) })}</p>
      <div className="pairing">
        {/* The link beside it says the same in words. */}
        <div aria-hidden="true">
          <QRCode type="svg" value={link} size={160} color="#000000" bgColor="#ffffff" bordered={false} />
        </div>
        <div>
          <Typography.Link href={link} copyable className="secret" data-secret>{link}</Typography.Link>
          <p>{t("devices.code")} <b className="pairing-code mono">{pairing.code}</b></p>
          <p className="faint">{t("devices.codeText", { page })}</p>
        </div>
      </div>
    </Modal>
  );
}
