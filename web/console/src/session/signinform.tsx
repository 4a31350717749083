// Login and password, the doors of single sign-on, and what went wrong.
import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import type { ReactElement } from "react";
import { useEffect, useState } from "react";
import { Problem, remedy } from "../api/problem.ts";
import type { Session } from "../api/session.ts";
import { signIn, signOn } from "../api/session.ts";
import { useWords } from "../text/words.ts";
import { FAILED, lockSeconds } from "./sign.ts";

interface Props {
  readonly entered: (session: Session) => void;
  readonly login?: string;
}

interface Values {
  readonly login: string;
  readonly password: string;
}

export function SignInForm({ entered, login }: Props): ReactElement {
  const { t } = useWords();
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const doors = useQuery({ queryKey: ["sign-on"], queryFn: signOn, staleTime: 60_000 });

  const submit = async (values: Values): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      entered(await signIn(values.login.trim(), values.password));
    } catch (error) {
      setProblem(error);
      form.resetFields(["password"]);
      form.getFieldInstance("password")?.focus();
    } finally {
      setBusy(false);
    }
  };

  const password = doors.data?.password ?? true;
  const oidc = doors.data?.oidc ?? [];
  return (
    <>
      {password && (
        <Form form={form} name="sign-in" layout="vertical" requiredMark={false} initialValues={{ login }} onFinish={(values) => void submit(values)} disabled={busy}>
          <Form.Item name="login" label={t("sign.login")} rules={[{ required: true, message: t("sign.loginNeeded") }]}>
            <Input autoComplete="username" autoFocus={!login} spellCheck={false} />
          </Form.Item>
          <Form.Item name="password" label={t("sign.password")} rules={[{ required: true, message: t("sign.passwordNeeded") }]}>
            <Input.Password autoComplete="current-password" autoFocus={Boolean(login)} />
          </Form.Item>
          <div role="alert">{problem !== null && <Refusal problem={problem} />}</div>
          <Button type="primary" htmlType="submit" block loading={busy}>
            {t("sign.in")}
          </Button>
        </Form>
      )}
      {oidc.length > 0 && (
        <div className="sign-doors">
          {password && <span className="sign-or">{t("sign.or")}</span>}
          {oidc.map((door) => (
            <Button key={door.start} href={`${door.start}?to=${encodeURIComponent(wanted())}`} block>
              {door.title}
            </Button>
          ))}
        </div>
      )}
      {doors.data && !password && oidc.length === 0 && <p className="muted">{t("sign.noDoor")}</p>}
    </>
  );
}

/** The page that was asked for, without what a failed sign-on has written behind it. */
function wanted(): string {
  const url = new URL(window.location.href);
  url.searchParams.delete(FAILED);
  return url.pathname + url.search;
}

/** Why it did not work; a lock counts its seconds down. */
function Refusal({ problem }: { readonly problem: unknown }): ReactElement {
  const { t } = useWords();
  const [left, setLeft] = useState(() => lockSeconds(problem));
  useEffect(() => {
    setLeft(lockSeconds(problem));
    const timer = window.setInterval(() => setLeft((seconds) => (seconds ? seconds - 1 : seconds)), 1_000);
    return () => window.clearInterval(timer);
  }, [problem]);
  const locked = problem instanceof Problem && (problem.status === 429 || problem.status === 423);
  const sentence = (): string => {
    if (locked) return left ? t("sign.locked", { seconds: left }) : t("sign.lockedSoon");
    if (problem instanceof Problem && problem.status === 401) return problem.detail || t("sign.wrong");
    return (problem instanceof Problem && problem.detail) || t(remedy(problem));
  };
  return <p className="refusal">{sentence()}</p>;
}
