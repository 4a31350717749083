// Who is signed in; profile, language, theme, out.
import { useQueryClient } from "@tanstack/react-query";
import type { MenuProps } from "antd";
import { Dropdown } from "antd";
import type { ReactElement } from "react";
import { useNavigate } from "react-router";
import { signOn, signOut } from "../api/session.ts";
import { chooseLook } from "../session/look.ts";
import { forgetAll, SESSION, useSession } from "../session/session.ts";
import { chosenShade, useShade } from "../style/shade.ts";
import { useWords } from "../text/words.ts";
import { Chevron } from "../view/icons.tsx";

export function UserMenu(): ReactElement {
  const { t, lang } = useWords();
  const { user, via } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  useShade();

  const out = async (): Promise<void> => {
    // Whoever came by a provider of identities leaves it too.
    const door = via === "oidc" ? (await signOn().catch(() => null))?.oidc.find((entry) => entry.out !== null) : undefined;
    await signOut().catch(() => undefined);
    if (door?.out) return window.location.assign(door.out);
    forgetAll(client);
    client.setQueryData(SESSION, null);
  };
  const choose = (look: Parameters<typeof chooseLook>[1]): void => void chooseLook(user, look).catch(() => undefined);
  // Nobody is signed in on an open server: there is no profile and nothing to leave.
  const signed = user.id !== null;
  const items: MenuProps["items"] = [
    ...(signed ? [{ key: "profile", label: t("profile.title"), onClick: () => void navigate("/profile") }, { type: "divider" as const }] : []),
    { key: "zh", label: "中文", onClick: () => choose({ language: "zh" }) },
    { key: "en", label: "English", onClick: () => choose({ language: "en" }) },
    { type: "divider" },
    { key: "light", label: t("profile.light"), onClick: () => choose({ theme: "light" }) },
    { key: "dark", label: t("profile.dark"), onClick: () => choose({ theme: "dark" }) },
    { key: "system", label: t("profile.system"), onClick: () => choose({ theme: "system" }) },
    ...(signed ? [{ type: "divider" as const }, { key: "out", label: t("sign.out"), onClick: () => void out() }] : []),
  ];
  const name = signed ? user.name || user.login : t("app.open");
  return (
    <Dropdown menu={{ items, selectedKeys: [lang, chosenShade()] }} trigger={["click"]} placement="bottomRight">
      <button type="button" className="user" aria-label={`${t("app.user")}: ${name}`}>
        {name} <Chevron />
      </button>
    </Dropdown>
  );
}
