// Who is signed in; profile, language, theme, out.
import { useQueryClient } from "@tanstack/react-query";
import type { MenuProps } from "antd";
import { Dropdown } from "antd";
import type { ReactElement } from "react";
import { useNavigate } from "react-router";
import { changeProfile, signOut } from "../api/session.ts";
import type { Language } from "../resource/values.ts";
import { forgetAll, SESSION, useSession } from "../session/session.ts";
import type { Choice } from "../style/shade.ts";
import { chosenShade, setShade, useShade } from "../style/shade.ts";
import { setLanguage, useWords } from "../text/words.ts";
import { Chevron } from "../view/icons.tsx";

export function UserMenu(): ReactElement {
  const { t, lang } = useWords();
  const { user } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  useShade();

  const out = async (): Promise<void> => {
    await signOut().catch(() => undefined);
    forgetAll(client);
    client.setQueryData(SESSION, null);
  };
  // What was chosen counts here at once; the server keeps it for the next machine.
  const speak = (chosen: Language): void => {
    setLanguage(chosen);
    void changeProfile({ language: chosen }).catch(() => undefined);
  };
  const shade = (chosen: Choice): void => {
    setShade(chosen);
    void changeProfile({ theme: chosen }).catch(() => undefined);
  };
  const items: MenuProps["items"] = [
    { key: "profile", label: t("profile.title"), onClick: () => void navigate("/profile") },
    { type: "divider" },
    { key: "zh", label: "中文", onClick: () => speak("zh") },
    { key: "en", label: "English", onClick: () => speak("en") },
    { type: "divider" },
    { key: "light", label: t("profile.light"), onClick: () => shade("light") },
    { key: "dark", label: t("profile.dark"), onClick: () => shade("dark") },
    { key: "system", label: t("profile.system"), onClick: () => shade("system") },
    { type: "divider" },
    { key: "out", label: t("sign.out"), onClick: () => void out() },
  ];
  return (
    <Dropdown menu={{ items, selectedKeys: [lang, chosenShade()] }} trigger={["click"]} placement="bottomRight">
      <button type="button" className="user" aria-label={`${t("app.user")}: ${user.name || user.login}`}>
        {user.name || user.login} <Chevron />
      </button>
    </Dropdown>
  );
}
