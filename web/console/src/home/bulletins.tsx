// The bulletins that hold now; one's own marks say which were read.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import type { ReactElement } from "react";
import { lazy, Suspense, useState } from "react";
import type { CurrentBulletin } from "../api/bulletins.ts";
import { currentBulletins, markRead } from "../api/bulletins.ts";
import { instant } from "../resource/values.ts";
import { ErrorPanel, sentence } from "../shell/errorpanel.tsx";
import { useWords } from "../text/words.ts";
import { Triangle } from "../view/icons.tsx";

const Written = lazy(async () => ({ default: (await import("../view/written.tsx")).Written }));

export function Bulletins({ signed }: { readonly signed: boolean }): ReactElement {
  const { t } = useWords();
  const query = useQuery({ queryKey: ["bulletins"], queryFn: ({ signal }) => currentBulletins(signal), refetchInterval: 60_000 });
  const items = [...(query.data ?? [])].sort((a, b) => Number(a.read) - Number(b.read));
  const unread = items.filter((item) => !item.read).length;
  return (
    <section className="panel" aria-labelledby="home-bulletins" data-bulletins>
      <header>
        <h2 id="home-bulletins">{t("home.bulletins")}</h2>
        {signed && unread > 0 && <span className="faint num">{t("home.unread", { count: unread })}</span>}
      </header>
      {query.isError && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      {query.data && items.length === 0 && <p className="faint" data-empty>{t("home.no.bulletins")}</p>}
      <ul className="bulletins">
        {items.map((item) => (
          <Bulletin key={item.id} item={item} signed={signed} />
        ))}
      </ul>
    </section>
  );
}

function Bulletin({ item, signed }: { readonly item: CurrentBulletin; readonly signed: boolean }): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [open, setOpen] = useState(item.level !== "info" && !item.read);
  const read = async (): Promise<void> => {
    try {
      await markRead(item.id);
      setOpen(false);
      await client.invalidateQueries({ queryKey: ["bulletins"] });
    } catch (error) {
      void message.error(sentence(error, t));
    }
  };
  return (
    <li className={item.read ? "was-read" : ""}>
      <button type="button" className="bulletin-title" aria-expanded={open} onClick={() => setOpen(!open)}>
        {item.level !== "info" && (
          <span className={item.level === "urgent" ? "level-critical" : "level-warning"}>
            <Triangle /> {t(`home.levels.${item.level}`)}
          </span>
        )}
        <span className="bulletin-name">{item.title}</span>
        <time className="faint num">{instant(item.from_at).slice(0, -3)}</time>
      </button>
      {open && (
        <div className="bulletin-body">
          <Suspense fallback={null}>
            <Written text={item.body} />
            {signed && !item.read && (
              <Button size="small" onClick={() => void read()}>
                {t("home.read")}
              </Button>
            )}
          </Suspense>
        </div>
      )}
    </li>
  );
}
