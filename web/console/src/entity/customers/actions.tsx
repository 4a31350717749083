// Take, give back, hand over, merge: each with what it asks.
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import { claim, merge, release, transfer } from "../../api/customers.ts";
import type { Field } from "../../api/meta.ts";
import { FieldInput } from "../../resource/field-input.tsx";
import { useChanges } from "../../resource/mutations.ts";
import { useSession } from "../../session/session.ts";
import { holds } from "../../shell/menuentries.ts";
import { useWords } from "../../text/words.ts";
import { ActionDialog } from "../../view/action-dialog.tsx";
import type { RowProps } from "../registry.tsx";
import { OWNER, REASON } from "./owner.ts";
import { steps } from "./rights.ts";
import "./words.ts";

const OTHER: Field = { name: "other", kind: "reference", title: { zh: "另一条记录", en: "The other record" }, reference: "customers", required: true };

export function Actions({ resource, row }: RowProps): ReactElement {
  const { t, say } = useWords();
  const { message } = App.useApp();
  const { user, rights } = useSession();
  const { forget, fail } = useChanges(resource);
  const client = useQueryClient();
  const [open, setOpen] = useState<"release" | "transfer" | "merge" | null>(null);
  const may = steps(resource, row, user.id, holds(rights, "customers.transfer"));
  const done = async (what: string): Promise<void> => {
    await Promise.all([forget(), client.invalidateQueries({ queryKey: ["contacts", row.id] })]);
    void message.success(t(`customers.${what}Done`));
  };
  const close = (): void => setOpen(null);
  const needed = (what: string) => [{ required: true, message: t("form.required", { what }) }];
  const reason = (required: boolean): ReactElement => (
    <Form.Item name="reason" label={t("customers.reason")} rules={required ? needed(t("customers.reason")) : []}>
      <Input maxLength={REASON} autoComplete="off" />
    </Form.Item>
  );
  return (
    <>
      {may.claim && <Button onClick={() => void claim(row.id).then(() => done("claim"), fail)}>{t("customers.claim")}</Button>}
      {may.release && <Button onClick={() => setOpen("release")}>{t("customers.release")}</Button>}
      {may.transfer && <Button onClick={() => setOpen("transfer")}>{t("customers.transfer")}</Button>}
      {may.merge && <Button onClick={() => setOpen("merge")}>{t("customers.merge")}</Button>}
      {open === "release" && (
        <ActionDialog<{ reason?: string }> title={t("customers.release")} deed={t("customers.release")} text={t("customers.releaseText")} close={close} act={async (values) => { await release(row.id, values.reason ?? ""); await done("release"); }}>
          {reason(false)}
        </ActionDialog>
      )}
      {open === "transfer" && (
        <ActionDialog<{ to: string; reason: string }> title={t("customers.transfer")} deed={t("customers.transfer")} text={t("customers.transferText")} close={close} act={async (values) => { await transfer([row.id], values.to, values.reason); await done("transfer"); }}>
          <Form.Item name="to" label={say(OWNER.title)} rules={needed(say(OWNER.title))}>
            <FieldInput resource={resource} field={OWNER} />
          </Form.Item>
          {reason(true)}
        </ActionDialog>
      )}
      {open === "merge" && (
        <ActionDialog<{ other: string }> title={t("customers.merge")} deed={t("customers.merge")} danger text={t("customers.mergeText")} close={close} act={async (values) => { await merge(row.id, values.other); await done("merge"); }}>
          <Form.Item name="other" label={say(OTHER.title)} rules={needed(say(OTHER.title))}>
            <FieldInput resource={resource} field={OTHER} />
          </Form.Item>
        </ActionDialog>
      )}
    </>
  );
}
