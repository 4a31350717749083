// A file of events, with how far it is.
import { useQueryClient } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import type { ReactElement } from "react";
import { useRef, useState } from "react";
import type { Receipt } from "../../api/events.ts";
import { sendLines } from "../../api/events.ts";
import { sentence } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import { FileButton } from "../../view/file-button.tsx";

const MOST_BYTES = 64 * 1024 * 1024;

export function Upload(): ReactElement {
  const { t } = useWords();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);

  const send = async (): Promise<void> => {
    if (!file) return;
    if (file.size > MOST_BYTES) return setProblem(t("sources.large"));
    stop.current = new AbortController();
    setProblem(null);
    setReceipt(null);
    setShare(0);
    try {
      setReceipt(await sendLines(file, file.name, setShare, stop.current.signal));
      await client.invalidateQueries({ queryKey: ["sources"] });
    } catch (error) {
      setProblem(error instanceof DOMException ? t("sources.stopped") : sentence(error, t));
    } finally {
      setShare(null);
    }
  };
  return (
    <section className="panel" data-panel="upload">
      <header>
        <h2>{t("sources.upload")}</h2>
        <span className="muted">{t("sources.uploadText")}</span>
      </header>
      <div className="upload">
        <FileButton accept=".ndjson,.jsonl,.json,.log" pick={setFile}>{t("action.choose")}</FileButton>
        {file && <span className="num">{file.name}</span>}
        {share === null ? (
          <Button type="primary" disabled={!file} onClick={() => void send()}>{t("sources.send")}</Button>
        ) : (
          <>
            <Progress percent={Math.round(share * 100)} aria-label={t("sources.sending")} className="upload-bar" />
            <Button onClick={() => stop.current?.abort()}>{t("action.cancel")}</Button>
          </>
        )}
        <span role="status">
          {receipt && <span className={receipt.rejected.length > 0 ? "level-warning" : "level-good"}>{t("sources.sent", { accepted: receipt.accepted, duplicate: receipt.duplicate, rejected: receipt.rejected.length })}</span>}
          {problem && <span className="level-critical">{problem}</span>}
        </span>
      </div>
    </section>
  );
}
