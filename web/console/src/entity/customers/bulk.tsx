// Many customers at once: taken, given back, handed over; those that were refused stay chosen, each with the reason.
import { App, Button, Form, Input } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import type { Moved } from "../../api/customers.ts";
import { claimMany, releaseMany, transferMany } from "../../api/customers.ts";
import type { Row } from "../../api/records.ts";
import { can } from "../../api/meta.ts";
import { FieldInput } from "../../resource/field-input.tsx";
import { useChanges } from "../../resource/mutations.ts";
import { nameOf } from "../../resource/values.ts";
import { useSession } from "../../session/session.ts";
import { holds } from "../../shell/menuentries.ts";
import { useWords } from "../../text/words.ts";
import { ActionDialog } from "../../view/action-dialog.tsx";
import { Cross } from "../../view/icons.tsx";
import type { BulkProps } from "../registry.tsx";
import { OWNER, REASON } from "./owner.ts";
import "./words.ts";

/** What came of the last deed. */
interface Told {
  readonly done: number;
  readonly refused: readonly { readonly id: string; readonly name: string; readonly message: string }[];
}

export function Bulk({ resource, rows, keep }: BulkProps): ReactElement {
  const { t, lang, say } = useWords();
  const { user, rights } = useSession();
  const { message } = App.useApp();
  const { forget, fail } = useChanges(resource);
  const [open, setOpen] = useState<"release" | "transfer" | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const ids = rows.map((row) => row.id);
  const writes = can(resource, "edit");
  const finish = async (moved: Moved): Promise<void> => {
    const called = (id: string): string => nameOf(resource, rows.find((row) => row.id === id) ?? ({ id, version: 0 } as Row), lang);
    setTold({ done: moved.done, refused: moved.refused.map((entry) => ({ ...entry, name: called(entry.id) })) });
    if (moved.refused.length === 0) void message.success(t("customers.moved", { done: moved.done }));
    await forget();
    keep(moved.refused.map((entry) => entry.id));
  };
  const reason = (required: boolean): ReactElement => (
    <Form.Item name="reason" label={t("customers.reason")} rules={required ? [{ required, message: t("form.required", { what: t("customers.reason") }) }] : []}>
      <Input maxLength={REASON} autoComplete="off" />
    </Form.Item>
  );
  return (
    <section className="bulk" aria-label={t("customers.chosen", { count: rows.length })}>
      <div className="bulk-row">
        <b role="status">{t("customers.chosen", { count: rows.length })}</b>
        {writes && user.id !== null && <Button size="small" onClick={() => void claimMany(ids).then(finish, fail)}>{t("customers.claim")}</Button>}
        {writes && <Button size="small" onClick={() => setOpen("release")}>{t("customers.release")}</Button>}
        {holds(rights, "customers.transfer") && <Button size="small" onClick={() => setOpen("transfer")}>{t("customers.transfer")}</Button>}
        <button type="button" className="row-button" aria-label={t("customers.chooseNone")} onClick={() => keep([])}><Cross /></button>
      </div>
      <div role="alert">
        {told && told.refused.length > 0 && (
          <>
            <p className="refusal">{t("customers.movedPartly", { done: told.done, count: told.refused.length })}</p>
            <ul className="bulk-refused">{told.refused.map((entry) => <li key={entry.id}><b>{entry.name}</b> {entry.message}</li>)}</ul>
          </>
        )}
      </div>
      {open === "release" && (
        <ActionDialog<{ reason?: string }> title={t("customers.releaseMany", { count: ids.length })} deed={t("customers.release")} text={t("customers.releaseText")} close={() => setOpen(null)} act={async (values) => finish(await releaseMany(ids, values.reason ?? ""))}>
          {reason(false)}
        </ActionDialog>
      )}
      {open === "transfer" && (
        <ActionDialog<{ to: string; reason: string }> title={t("customers.transferMany", { count: ids.length })} deed={t("customers.transfer")} text={t("customers.transferText")} close={() => setOpen(null)} act={async (values) => finish(await transferMany(ids, values.to, values.reason))}>
          <Form.Item name="to" label={say(OWNER.title)} rules={[{ required: true, message: t("form.required", { what: say(OWNER.title) }) }]}>
            <FieldInput resource={resource} field={OWNER} />
          </Form.Item>
          {reason(true)}
        </ActionDialog>
      )}
    </section>
  );
}
