// Where one is: group, then page.
import type { ReactElement } from "react";
import { useEffect } from "react";
import { Link, useLocation } from "react-router";
import { useWords } from "../text/words.ts";
import { useMenu } from "./usemenu.ts";

export function Crumbs(): ReactElement {
  const { t, say } = useWords();
  const { pathname } = useLocation();
  const [first = "", second] = pathname.split("/").filter(Boolean);
  const path = second === undefined ? first : `${first}/${second}`;
  const groups = useMenu();
  const group = groups.find((entry) => entry.entries.some((item) => item.path === first || item.path === path));
  const entry = group?.entries.find((item) => item.path === path) ?? group?.entries.find((item) => item.path === first);
  const title = entry ? say(entry.title) : first === "profile" ? t("profile.title") : first === "" ? t("home.title") : "";
  useEffect(() => {
    document.title = title ? `${title} · ${t("app.name")}` : t("app.name");
  }, [title, t]);
  return (
    <div className="crumbs">
      {group && <span>{t(`group.${group.name}`)} / </span>}
      {entry ? <Link to={`/${entry.path}`}>{title}</Link> : <b>{title}</b>}
    </div>
  );
}
