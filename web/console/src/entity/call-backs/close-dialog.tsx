// Closing a call-back: how it went, and what is worth keeping of it.
import { Form, Input, Radio } from "antd";
import type { KeyboardEvent, ReactElement } from "react";
import { useEffect, useRef } from "react";
import type { CallBack, Result } from "../../api/call-backs.ts";
import { RESULTS } from "../../api/call-backs.ts";
import { useWords } from "../../text/words.ts";
import { ActionDialog } from "../../view/action-dialog.tsx";
import { whoOf } from "./columns.tsx";

const LONGEST = 2_000;

interface Values {
  readonly result: Result;
  readonly note?: string;
}

interface Props {
  readonly row: CallBack;
  readonly act: (result: Result, note: string | null) => Promise<void>;
  readonly close: () => void;
}

export function CloseDialog({ row, act, close }: Props): ReactElement {
  const { t } = useWords();
  const initial = { note: row.note ?? "", ...(row.result ? { result: row.result } : {}) };
  return (
    <ActionDialog<Values> title={t("callBacks.closeTitle", { who: whoOf(row, t) })} deed={t("callBacks.deeds.close")} initial={initial} close={close} act={({ result, note }) => act(result, note?.trim() || null)}>
      <Fields />
    </ActionDialog>
  );
}

function Fields(): ReactElement {
  const { t } = useWords();
  const form = Form.useFormInstance();
  const first = useRef<HTMLDivElement>(null);
  // The dialog takes the focus when it opens; then it is ours to hand on.
  useEffect(() => {
    const frame = requestAnimationFrame(() => first.current?.querySelector<HTMLInputElement>("input:checked, input")?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.submit();
  };
  return (
    <div onKeyDown={keys} ref={first}>
      <Form.Item name="result" label={t("callBacks.result")} rules={[{ required: true, message: t("callBacks.needed") }]}>
        <Radio.Group options={RESULTS.map((value) => ({ value, label: t(`callBacks.results.${value}`) }))} />
      </Form.Item>
      <Form.Item name="note" label={t("callBacks.note")} extra={<>{t("callBacks.noteHint")} <kbd>Ctrl</kbd> <kbd>Enter</kbd> {t("callBacks.sends")}</>}>
        <Input.TextArea className="grows" maxLength={LONGEST} />
      </Form.Item>
    </div>
  );
}
