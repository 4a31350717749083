// A message is handled with what was said on calling back, or taken up again.
import { App, Button, Form, Input } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import { can } from "../../api/meta.ts";
import { handleMessage, reopenMessage } from "../../api/sounds.ts";
import { useChanges } from "../../resource/mutations.ts";
import { useWords } from "../../text/words.ts";
import { ActionDialog } from "../../view/action-dialog.tsx";
import type { RowProps } from "../registry.tsx";
import "./words.ts";

export function Actions({ resource, row }: RowProps): ReactElement | null {
  const { t } = useWords();
  const { message } = App.useApp();
  const { forget, fail } = useChanges(resource);
  const [open, setOpen] = useState(false);
  if (!can(resource, "edit")) return null;
  const done = async (said: string): Promise<void> => {
    await forget();
    void message.success(t(said));
  };
  if (row["state"] === "handled") return <Button onClick={() => void reopenMessage(row.id).then(() => done("voicemail.reopened"), fail)}>{t("voicemail.reopen")}</Button>;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("voicemail.handle")}</Button>
      {open && (
        <ActionDialog<{ note?: string }> title={t("voicemail.handle")} deed={t("voicemail.handle")} initial={{ note: String(row["note"] ?? "") }} close={() => setOpen(false)} act={async ({ note }) => { await handleMessage(row.id, note?.trim() ?? ""); await done("voicemail.handled"); }}>
          <Form.Item name="note" label={t("voicemail.note")}>
            <Input.TextArea className="grows" maxLength={2_000} />
          </Form.Item>
        </ActionDialog>
      )}
    </>
  );
}
