// Files of an article: saved, added, removed.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import { attach, attachments, attachmentUrl, detach } from "../../api/articles.ts";
import { figure } from "../../resource/values.ts";
import { ErrorPanel, sentence } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import { FileButton } from "../../view/file-button.tsx";
import { Cross, File, Plus } from "../../view/icons.tsx";

const TAKEN = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.pptx,.txt,.csv";

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${figure(Math.max(1, Math.round(bytes / 1_000)))} kB` : `${figure(bytes / 1_000_000, 1)} MB`;
}

export function Attachments({ id, writes }: { readonly id: string; readonly writes: boolean }): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const key = ["attachments", id];
  const query = useQuery({ queryKey: key, queryFn: () => attachments(id) });
  const run = async (deed: Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await deed;
    } catch (error) {
      void message.error(sentence(error, t));
    }
    await client.invalidateQueries({ queryKey: key });
    setBusy(false);
  };
  return (
    <>
      <header>
        <h2>{t("articles.attachments")}</h2>
        {writes && (
          <div className="right">
            <FileButton accept={TAKEN} size="small" icon={<Plus />} busy={busy} pick={(file) => void run(attach(id, file))}>{t("articles.attach")}</FileButton>
          </div>
        )}
      </header>
      {query.isError && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      {query.data?.length === 0 && <p className="faint" data-empty>{t("articles.noAttachments")}</p>}
      <ul className="files">
        {(query.data ?? []).map((file) => (
          <li key={file.id}>
            <File />
            <a href={attachmentUrl(id, file.id)} download={file.name}>{file.name}</a>
            <span className="faint num">{size(file.size)}</span>
            {writes && <button type="button" className="row-button" aria-label={t("articles.detach", { name: file.name })} onClick={() => void run(detach(id, file.id))}><Cross /></button>}
          </li>
        ))}
      </ul>
    </>
  );
}
