// A file becomes rows: template, progress, errors row by row, cancel.
import { useQuery } from "@tanstack/react-query";
import { Button, Modal, Progress, Radio } from "antd";
import type { DragEvent, ReactElement } from "react";
import { useEffect, useState } from "react";
import type { Job, Mode } from "../api/imports.ts";
import { cancelImport, ended, importJob, startImport, templateUrl } from "../api/imports.ts";
import type { Resource } from "../api/meta.ts";
import { sentence } from "../shell/errorpanel.tsx";
import { useWords } from "../text/words.ts";
import { useChanges } from "./mutations.ts";

interface Props {
  readonly resource: Resource;
  readonly close: () => void;
}

export function ImportDialog({ resource, close }: Props): ReactElement {
  const { t, say } = useWords();
  const { forget } = useChanges(resource);
  const [file, setFile] = useState<File | null>(null);
  const [mode, setMode] = useState<Mode>("insert");
  const [started, setStarted] = useState<Job | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const id = started?.id ?? "";
  const polled = useQuery({
    queryKey: ["import", id],
    queryFn: () => importJob(id),
    enabled: started !== null,
    refetchInterval: (query) => (query.state.data && ended(query.state.data) ? false : 400),
  });
  const job = polled.data ?? started;
  const over = job !== null && ended(job);
  useEffect(() => {
    if (over) void forget();
    // Once, when it ends.
  }, [over]);

  const start = async (): Promise<void> => {
    if (!file) return;
    setProblem(null);
    try {
      setStarted(await startImport(resource.path, file, mode));
    } catch (error) {
      setProblem(error);
    }
  };
  const again = (): void => {
    setStarted(null);
    setFile(null);
  };
  const footer = job ? (
    over ? (
      <>
        <Button onClick={again}>{t("import.again")}</Button>
        <Button type="primary" onClick={close}>{t("action.close")}</Button>
      </>
    ) : (
      <Button onClick={() => void cancelImport(job.id).then(() => polled.refetch(), setProblem)}>{t("action.cancel")}</Button>
    )
  ) : (
    <>
      <Button onClick={close}>{t("action.cancel")}</Button>
      <Button type="primary" disabled={!file} onClick={() => void start()}>{t("import.start")}</Button>
    </>
  );
  return (
    <Modal open title={t("import.title", { what: say(resource.title) })} width={640} onCancel={close} footer={footer} mask={{ closable: false }}>
      <div role="alert">{problem !== null && <p className="refusal">{sentence(problem, t)}</p>}</div>
      {job ? <Progressing job={job} resource={resource} /> : <Choice resource={resource} file={file} choose={setFile} mode={mode} setMode={setMode} />}
    </Modal>
  );
}

interface ChoiceProps {
  readonly resource: Resource;
  readonly file: File | null;
  readonly choose: (file: File | null) => void;
  readonly mode: Mode;
  readonly setMode: (mode: Mode) => void;
}

function Choice({ resource, file, choose, mode, setMode }: ChoiceProps): ReactElement {
  const { t } = useWords();
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    choose(event.dataTransfer.files[0] ?? null);
  };
  return (
    <div className="import">
      <label className="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <span>
          {file ? <b>{file.name}</b> : t("import.drop")} <span className="link">{t("action.choose")}</span>
        </span>
        <input type="file" className="unseen" accept=".csv,.xlsx" aria-label={t("import.file")} onChange={(event) => choose(event.target.files?.[0] ?? null)} />
      </label>
      <p className="muted">
        {t("import.template")}: <a href={templateUrl(resource.path, "csv")} download>CSV</a> · <a href={templateUrl(resource.path, "xlsx")} download>XLSX</a>
      </p>
      <fieldset>
        <legend>{t("import.mode")}</legend>
        <Radio.Group value={mode} onChange={(event) => setMode(event.target.value as Mode)} options={[{ value: "insert", label: t("import.insert") }, { value: "upsert", label: t("import.upsert") }]} />
      </fieldset>
      <p className="faint">{t("import.atomic")}</p>
    </div>
  );
}

function Progressing({ job, resource }: { readonly job: Job; readonly resource: Resource }): ReactElement {
  const { t, say } = useWords();
  const title = (name: string | undefined): string => {
    const field = resource.fields.find((entry) => entry.name === name);
    return field ? say(field.title) : (name ?? "–");
  };
  const share = job.rows ? Math.round((100 * job.done) / job.rows) : job.state === "done" ? 100 : 0;
  const head = job.state === "queued" ? "running" : job.state;
  return (
    <div className="import" data-import={job.state}>
      <h2 role="status">{t(`import.${head}`)}</h2>
      <Progress percent={share} showInfo={false} aria-label={t(`import.${head}`)} status={job.state === "failed" ? "exception" : "normal"} />
      <p className="muted num">
        {t("import.progress", { done: job.done, rows: job.rows ?? "?" })} · {t("import.accepted", { count: job.accepted })} · {t("import.rejected", { count: job.rejected })}
      </p>
      {job.errors.length > 0 && (
        <div className="import-errors" role="region" aria-label={t("import.errors")} tabIndex={0}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("import.row")}</th>
                <th scope="col">{t("import.field")}</th>
                <th scope="col">{t("import.reason")}</th>
              </tr>
            </thead>
            <tbody>
              {job.errors.map((error, index) => (
                <tr key={index}>
                  <td>{error.row}</td>
                  <td>{title(error.field)}</td>
                  <td>{error.message}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
