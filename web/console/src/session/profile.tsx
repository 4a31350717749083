// One's own data, password and sessions.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Segmented } from "antd";
import type { ReactElement } from "react";
import { useEffect } from "react";
import { changeProfile, endSession, ownSessions, profile } from "../api/session.ts";
import { ErrorPanel, sentence } from "../shell/errorpanel.tsx";
import type { Choice } from "../style/shade.ts";
import { chosenShade, useShade } from "../style/shade.ts";
import { useWords } from "../text/words.ts";
import type { Language } from "../resource/values.ts";
import { instant } from "../resource/values.ts";
import { chooseLook } from "./look.ts";
import { PasswordForm } from "./passwordform.tsx";
import { SESSION, useSession } from "./session.ts";
import { Tokens } from "./tokens.tsx";

export function ProfilePage(): ReactElement {
  const { t } = useWords();
  const { user } = useSession();
  const client = useQueryClient();
  if (user.id === null) {
    return (
      <section className="nothing">
        <h1>{t("profile.none")}</h1>
        <p>{t("profile.noneText")}</p>
      </section>
    );
  }
  return (
    <div className="record profile">
      <header className="record-head">
        <h1>{t("profile.title")}</h1>
        <span className="faint">{user.login}</span>
      </header>
      <div className="columns">
        <section className="panel">
          <Own />
        </section>
        <section className="panel">
          <header>
            <h2>{t("password.title")}</h2>
          </header>
          <PasswordForm login={user.login} changed={(session) => client.setQueryData(SESSION, session)} />
        </section>
      </div>
      <section className="panel">
        <header>
          <h2>{t("profile.sessions")}</h2>
        </header>
        <Sessions />
      </section>
      <Tokens />
    </div>
  );
}

function Own(): ReactElement {
  const { t, lang } = useWords();
  const { message } = App.useApp();
  const { user } = useSession();
  const client = useQueryClient();
  const [form] = Form.useForm<{ name: string; phone: string }>();
  const query = useQuery({ queryKey: ["profile"], queryFn: profile });
  useShade();
  useEffect(() => {
    if (query.data) form.setFieldsValue({ name: query.data.name, phone: query.data.phone ?? "" });
  }, [query.data, form]);
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;

  const save = async (change: () => Promise<void>): Promise<void> => {
    try {
      await change();
      await client.invalidateQueries({ queryKey: ["profile"] });
      await client.invalidateQueries({ queryKey: SESSION });
      void message.success(t("profile.saved"));
    } catch (error) {
      void message.error(sentence(error, t));
    }
  };
  return (
    <Form form={form} name="profile" layout="vertical" requiredMark={false} onFinish={(values) => void save(() => changeProfile({ name: values.name, phone: values.phone || null }))}>
      <Form.Item name="name" label={t("profile.name")} rules={[{ required: true, message: t("password.needed") }]}>
        <Input autoComplete="name" />
      </Form.Item>
      <Form.Item name="phone" label={t("profile.phone")}>
        <Input type="tel" autoComplete="tel" />
      </Form.Item>
      <Form.Item label={t("profile.language")}>
        <Segmented<Language>
          aria-label={t("profile.language")}
          value={lang}
          options={[{ value: "zh", label: "中文" }, { value: "en", label: "English" }]}
          onChange={(chosen) => void save(() => chooseLook(user, { language: chosen }))}
        />
      </Form.Item>
      <Form.Item label={t("profile.theme")}>
        <Segmented<Choice>
          aria-label={t("profile.theme")}
          value={chosenShade()}
          options={[{ value: "light", label: t("profile.light") }, { value: "dark", label: t("profile.dark") }, { value: "system", label: t("profile.system") }]}
          onChange={(chosen) => void save(() => chooseLook(user, { theme: chosen }))}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {t("action.save")}
      </Button>
    </Form>
  );
}

function Sessions(): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ["own-sessions"], queryFn: ownSessions });
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  const end = async (id: string): Promise<void> => {
    try {
      await endSession(id);
      void message.success(t("profile.ended"));
    } catch (error) {
      void message.error(sentence(error, t));
    }
    await client.invalidateQueries({ queryKey: ["own-sessions"] });
  };
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">{t("profile.since")}</th>
          <th scope="col">{t("profile.seen")}</th>
          <th scope="col">{t("profile.address")}</th>
          <th scope="col">{t("profile.agent")}</th>
          <th scope="col">
            <span className="unseen">{t("action.actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {(query.data ?? []).map((entry) => (
          <tr key={entry.id}>
            <td>{instant(entry.created_at)}</td>
            <td>{instant(entry.used_at)}</td>
            <td>{entry.address ?? "–"}</td>
            <td>{entry.agent ?? "–"}</td>
            <td>
              {entry.current ? (
                <b>{t("profile.current")}</b>
              ) : (
                <Button size="small" onClick={() => void end(entry.id)}>
                  {t("profile.end")}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
