// What was sent and what waits, with each attempt; sent once more or given up from here.
import { useQuery } from "@tanstack/react-query";
import { App, Button, Modal } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import { Link } from "react-router";
import { dropDelivery, redeliver } from "../../api/hooks.ts";
import { can } from "../../api/meta.ts";
import type { Row } from "../../api/records.ts";
import { list } from "../../api/records.ts";
import { gridColumns } from "../../resource/cells.tsx";
import { useChanges } from "../../resource/mutations.ts";
import { Related } from "../../resource/related.tsx";
import { useResource } from "../../session/session.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import type { Column } from "../../view/grid.tsx";
import { Grid } from "../../view/grid.tsx";
import type { RowProps } from "../registry.tsx";
import "./words.ts";

const PATH = "web-hook-deliveries";
const MOST = 50;
const COLUMNS = ["created_at", "event", "state", "attempts", "status", "ms", "error"];

export function Deliveries({ resource, row: hook }: RowProps): ReactElement | null {
  const { t, lang, say } = useWords();
  const { message } = App.useApp();
  const { forget, fail } = useChanges(resource);
  const deliveries = useResource(PATH);
  const [shown, setShown] = useState<string | null>(null);
  const question = new URLSearchParams({ hook_id: hook.id, limit: String(MOST), count: "true" });
  const query = useQuery({ queryKey: ["list", PATH, question.toString()], queryFn: ({ signal }) => list(PATH, question, signal), enabled: deliveries?.rights.read ?? false });
  if (!deliveries?.rights.read) return null;
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  const rows = query.data?.items ?? [];
  const what = say(deliveries.title);
  const done = (said: string) => async (): Promise<void> => {
    await forget();
    void message.success(t(said));
  };
  const deeds: Column<Row> = {
    key: "deeds",
    title: t("action.actions"),
    width: 190,
    cell: (row) => (
      <>
        <Button size="small" aria-label={`${t("webhooks.again")}: ${String(row["event"])}`} onClick={() => void redeliver(row.id).then(done("webhooks.queued"), fail)}>{t("webhooks.again")}</Button>{" "}
        {row["state"] === "waiting" && (
          <Button size="small" danger aria-label={`${t("webhooks.drop")}: ${String(row["event"])}`} onClick={() => void dropDelivery(row.id).then(done("webhooks.dropped"), fail)}>{t("webhooks.drop")}</Button>
        )}
      </>
    ),
  };
  const columns = [...gridColumns(deliveries, COLUMNS, lang, t), ...(can(resource, "edit") ? [deeds] : [])];
  return (
    <div className="related" data-related={PATH}>
      <div className="related-head">
        <span className="faint num" role="status">{query.data?.total ? t("list.total", { count: query.data.total }) : ""}</span>
        {query.data?.next && <Link to={`/${PATH}?hook_id.in=${hook.id}`}>{t("action.all")}</Link>}
        <Button size="small" onClick={() => void forget()}>{t("webhooks.look")}</Button>
      </div>
      {query.data && rows.length === 0 ? (
        <p className="faint" data-empty>{t("list.empty", { what })}</p>
      ) : (
        <Grid<Row> label={t("list.results", { what })} columns={columns} rows={rows} keyOf={(row) => row.id} muted={(row) => row["state"] === "dropped"} onOpen={(row) => setShown(row.id)} />
      )}
      <Modal open={shown !== null} title={t("webhooks.attempts")} width={760} footer={null} onCancel={() => setShown(null)} destroyOnHidden>
        {shown && <Related path="web-hook-attempts" by="delivery_id" id={shown} columns={["created_at", "number", "status", "ms", "error"]} />}
      </Modal>
    </div>
  );
}
