// Versions of an article: who wrote which, what differs from now, and back to one of them.
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import { restore, version, versions } from "../../api/articles.ts";
import type { Articles } from "../../api/schema.d.ts";
import { useChanges } from "../../resource/mutations.ts";
import { instant } from "../../resource/values.ts";
import { useResource } from "../../session/session.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import { LineDifference } from "../../view/line-difference.tsx";
import { StateTag } from "./state.tsx";

export function Versions({ article }: { readonly article: Articles }): ReactElement {
  const { t } = useWords();
  const query = useQuery({ queryKey: ["one", "articles", article.id, "versions", article.version], queryFn: () => versions(article.id), placeholderData: keepPreviousData });
  const [open, setOpen] = useState<number | null>(null);
  return (
    <>
      <header>
        <h2>{t("articles.versions")}</h2>
      </header>
      {query.isError && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      <ol className="versions">
        {(query.data ?? []).map((entry) => (
          <li key={entry.revision}>
            <b className="num">{t("articles.version", { revision: entry.revision })}</b>
            <StateTag state={entry.state} />
            <span className="faint num">{instant(entry.created_at)} {entry.author}</span>
            {entry.revision === article.revision ? <span className="muted">{t("articles.current")}</span> : <Button size="small" onClick={() => setOpen(entry.revision)} aria-label={`${t("articles.compare")}: ${entry.revision}`}>{t("articles.compare")}</Button>}
          </li>
        ))}
      </ol>
      {open !== null && <Compare article={article} revision={open} close={() => setOpen(null)} />}
    </>
  );
}

interface CompareProps {
  readonly article: Articles;
  readonly revision: number;
  readonly close: () => void;
}

function Compare({ article, revision, close }: CompareProps): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const resource = useResource("articles");
  const [busy, setBusy] = useState(false);
  const { forget, fail } = useChanges(resource!);
  const query = useQuery({ queryKey: ["one", "articles", article.id, "version", revision], queryFn: () => version(article.id, revision), staleTime: Number.POSITIVE_INFINITY });
  const whole = (text: { readonly title: string; readonly body: string }): string => `${text.title}\n\n${text.body}`;
  const [before, after] = [query.data ? whole(query.data) : null, whole(article)];
  const back = async (): Promise<void> => {
    setBusy(true);
    try {
      await restore(article.id, revision);
      await Promise.all([forget(), client.invalidateQueries({ queryKey: ["articles"] })]);
      void message.success(t("articles.restored"));
      close();
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open width={860} title={`${t("articles.version", { revision })} → ${t("articles.current")}`} okText={t("articles.restore")} cancelText={t("action.close")} confirmLoading={busy} onOk={() => void back()} onCancel={close}>
      {query.isError && <ErrorPanel error={query.error} />}
      {before === after && <p className="muted">{t("articles.same")}</p>}
      {before !== null && before !== after && <LineDifference before={before} after={after} label={t("articles.compare")} />}
    </Modal>
  );
}
