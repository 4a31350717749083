// The menu: links in groups, the open one marked.
import type { ReactElement } from "react";
import { NavLink, useLocation } from "react-router";
import { useWords } from "../text/words.ts";
import { useMenu } from "./usemenu.ts";

export function Menu(): ReactElement {
  const { t, say } = useWords();
  const groups = useMenu();
  const { pathname } = useLocation();
  // The page of a longer address is the one that is open, not the one that its address begins with.
  const deeper = (path: string): boolean => groups.some((group) => group.entries.some((entry) => entry.path.startsWith(`${path}/`) && pathname === `/${entry.path}`));
  return (
    <nav className="menu" aria-label={t("app.menu")}>
      <ul>
        <li>
          <NavLink to="/" end>{t("home.title")}</NavLink>
        </li>
      </ul>
      {groups.map((group) => (
        <section key={group.name} aria-labelledby={`menu-${group.name}`}>
          <h2 id={`menu-${group.name}`}>{t(`group.${group.name}`)}</h2>
          <ul>
            {group.entries.map((entry) => (
              <li key={entry.path}>
                <NavLink to={`/${entry.path}`} end={deeper(entry.path)}>{say(entry.title)}</NavLink>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
