// A question before something is done with a record: a few fields, what the server refuses, and the deed.
import { Form, Modal } from "antd";
import type { ReactElement, ReactNode } from "react";
import { useState } from "react";
import { Problem } from "../api/problem.ts";
import { sentence } from "../shell/errorpanel.tsx";
import { useWords } from "../text/words.ts";

interface Props<T> {
  readonly title: string;
  /** What the button says. */
  readonly deed: string;
  readonly danger?: boolean;
  readonly text?: string;
  readonly initial?: Partial<T>;
  /** Items of the form; its name keeps their ids apart from those of a form below. */
  readonly children?: ReactNode;
  readonly act: (values: T) => Promise<void>;
  readonly close: () => void;
}

export function ActionDialog<T extends object>({ title, deed, danger = false, text, initial, children, act, close }: Props<T>): ReactElement {
  const { t } = useWords();
  const [form] = Form.useForm<T>();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const submit = async (values: T): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    try {
      await act(values);
      close();
    } catch (error) {
      const errors = error instanceof Problem ? error.errors : [];
      const names = new Set(Object.keys(form.getFieldsValue()));
      for (const entry of errors) if (names.has(entry.field)) form.setFields([{ name: entry.field as never, errors: [entry.message] }]);
      if (!errors.some((entry) => names.has(entry.field))) setRefusal(sentence(error, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open title={title} okText={deed} okButtonProps={{ danger }} cancelText={t("action.cancel")} confirmLoading={busy} onOk={() => form.submit()} onCancel={close} destroyOnHidden>
      {text && <p className="dialog-text">{text}</p>}
      <div role="alert">{refusal && <p className="refusal">{refusal}</p>}</div>
      <Form form={form} name="action" layout="vertical" requiredMark={false} initialValues={initial ?? {}} onFinish={(values) => void submit(values)}>
        {children}
      </Form>
    </Modal>
  );
}
