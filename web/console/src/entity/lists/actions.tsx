// Decisions on one entry, with a reason where it is needed.
import { App, Button, Form, Input } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import type { Decision } from "../../api/lists.ts";
import { decide } from "../../api/lists.ts";
import { display } from "../../resource/values.ts";
import { useChanges } from "../../resource/mutations.ts";
import { useSession } from "../../session/session.ts";
import { holds } from "../../shell/menuentries.ts";
import { useWords } from "../../text/words.ts";
import { ActionDialog } from "../../view/action-dialog.tsx";
import type { RowProps } from "../registry.tsx";
import { decisionsOn } from "./steps.ts";
import "./words.ts";

const REASON = 200;
const DONE: Readonly<Record<Decision, string>> = { approve: "approved", refuse: "refused", revoke: "revoked" };

export function Actions({ resource, row, small = false }: RowProps & { readonly small?: boolean }): ReactElement {
  const { t, lang } = useWords();
  const { message } = App.useApp();
  const { user, rights } = useSession();
  const { forget } = useChanges(resource);
  const [open, setOpen] = useState<Decision | null>(null);
  const number = resource.fields.find((field) => field.name === "number");
  const what = number ? display(row, number, lang, "", "") : "";
  const act = async ({ reason }: { readonly reason?: string }): Promise<void> => {
    if (!open) return;
    await decide(row.id, open, reason?.trim() ?? "");
    await forget();
    void message.success(t(`lists.${DONE[open]}`));
  };
  return (
    <>
      {decisionsOn(row, user.id, holds(rights, "lists.approve")).map((decision) => (
        <Button key={decision} size={small ? "small" : "middle"} onClick={() => setOpen(decision)} aria-label={`${t(`lists.${decision}`)}: ${what}`}>
          {t(`lists.${decision}`)}
        </Button>
      ))}
      {open && (
        <ActionDialog title={`${t(`lists.${open}`)} ${what}`} deed={t(`lists.${open}`)} danger={open !== "approve"} act={act} close={() => setOpen(null)}>
          <Form.Item name="reason" label={t("lists.reason")} rules={open === "approve" ? [] : [{ required: true, message: t("form.required", { what: t("lists.reason") }) }]}>
            <Input maxLength={REASON} autoComplete="off" />
          </Form.Item>
        </ActionDialog>
      )}
    </>
  );
}
