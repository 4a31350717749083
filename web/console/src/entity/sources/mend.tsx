// A refused line, mended and sent again.
import { useQueryClient } from "@tanstack/react-query";
import { App, Input, Modal } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import { sendLines } from "../../api/events.ts";
import type { SqlRow } from "../../api/sql.ts";
import { sentence } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";

export function MendDialog({ row, close }: { readonly row: SqlRow; readonly close: () => void }): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [line, setLine] = useState(String(row["line"] ?? ""));
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    try {
      const receipt = await sendLines(new Blob([line]), String(row["source"]), () => undefined);
      await client.invalidateQueries({ queryKey: ["sources"] });
      if (receipt.rejected.length > 0) void message.warning(t("sources.still"));
      else {
        void message.success(t("sources.again"));
        close();
      }
    } catch (error) {
      void message.error(sentence(error, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open title={t("sources.fix")} width={720} onCancel={close} onOk={() => void send()} confirmLoading={busy} okText={t("sources.resubmit")} cancelText={t("action.cancel")}>
      <p className="refusal">{String(row["reason"])}</p>
      <Input.TextArea className="mono grows" aria-label={t("sources.line")} value={line} onChange={(event) => setLine(event.target.value)} spellCheck={false} />
    </Modal>
  );
}
