// The frame of every page: menu on the left, where one is and who one is on top, the page below.
import type { ReactElement } from "react";
import { useEffect, useState } from "react";
import { Outlet, useLocation } from "react-router";
import { useWords } from "../text/words.ts";
import { Burger } from "../view/icons.tsx";
import { Brand } from "./brand.tsx";
import { Crumbs } from "./crumbs.tsx";
import { Clock } from "./clock.tsx";
import { useSearchKey } from "./keys.ts";
import { Menu } from "./menu.tsx";
import { Offline } from "./offline.tsx";
import { UserMenu } from "./usermenu.tsx";

export function Layout(): ReactElement {
  const { t } = useWords();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  useSearchKey();
  useEffect(() => setOpen(false), [pathname]);
  return (
    <div className={open ? "frame menu-open" : "frame"}>
      <a className="skip" href="#page">
        {t("app.skip")}
      </a>
      <aside className="side">
        <div className="brand">
          <Brand />
        </div>
        <Menu />
      </aside>
      <header className="top">
        <button type="button" className="burger" aria-label={t("app.menu")} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Burger />
        </button>
        <Crumbs />
        <div className="top-right">
          <Clock />
          <UserMenu />
        </div>
      </header>
      <main className="page" id="page" tabIndex={-1}>
        <Offline />
        <Outlet />
      </main>
    </div>
  );
}
