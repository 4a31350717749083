// A new password, twice.
import { App, Button, Form, Input } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import { Problem, remedy } from "../api/problem.ts";
import type { Session } from "../api/session.ts";
import { changePassword } from "../api/session.ts";
import { useWords } from "../text/words.ts";
import { isWeak, PASSWORD_LEAST } from "./sign.ts";

interface Values {
  readonly before: string;
  readonly after: string;
  readonly again: string;
}

interface Props {
  readonly login: string;
  readonly changed: (session: Session) => void;
}

export function PasswordForm({ login, changed }: Props): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);

  const submit = async (values: Values): Promise<void> => {
    setBusy(true);
    try {
      const session = await changePassword(values.before, values.after);
      form.resetFields();
      void message.success(t("password.changed"));
      changed(session);
    } catch (error) {
      const problem = error instanceof Problem ? error : null;
      const own = problem?.errors.map((entry) => entry.message).join(" ");
      const name = problem?.errors.some((entry) => entry.field === "new") ? "after" : "before";
      form.setFields([{ name, errors: [own || problem?.detail || t(remedy(error))] }]);
    } finally {
      setBusy(false);
    }
  };

  const rule = t("password.rule", { least: PASSWORD_LEAST });
  const needed = { required: true, message: t("password.needed") };
  return (
    <Form form={form} name="password" layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)} disabled={busy}>
      <input className="unseen" type="text" name="username" autoComplete="username" value={login} readOnly tabIndex={-1} aria-hidden="true" />
      <Form.Item name="before" label={t("password.old")} rules={[needed]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="after"
        label={t("password.new")}
        extra={rule}
        rules={[needed, { validator: (_, value: string | undefined) => fault(value && isWeak(login, value) ? rule : null) }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("password.again")}
        dependencies={["after"]}
        rules={[needed, ({ getFieldValue }) => ({ validator: (_, value: string | undefined) => fault(value && value !== getFieldValue("after") ? t("password.differs") : null) })]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t("password.title")}
      </Button>
    </Form>
  );
}

function fault(sentence: string | null): Promise<void> {
  return sentence ? Promise.reject(new Error(sentence)) : Promise.resolve();
}
