// The calls of a customer's numbers, queues and agents by their names already.
import type { ReactElement } from "react";
import { useNavigate } from "react-router";
import type { Contact } from "../../api/customers.ts";
import type { Row } from "../../api/records.ts";
import { gridColumns } from "../../resource/cells.tsx";
import { useWords } from "../../text/words.ts";
import { Grid } from "../../view/grid.tsx";
import { CALLS } from "../calls/described.ts";

const COLUMNS = ["started_at", "direction", "outcome", "queue", "agent", "talk_ms"];

export function Calls({ contacts, known }: { readonly contacts: readonly Contact[]; readonly known: boolean }): ReactElement {
  const { t, lang, say } = useWords();
  const navigate = useNavigate();
  if (!known) return <p className="faint" data-empty>{t("customers.noSource")}</p>;
  if (contacts.length === 0) return <p className="faint" data-empty>{t("list.empty", { what: say(CALLS.title) })}</p>;
  const rows: readonly Row[] = contacts.map((call) => ({ ...call, id: `${encodeURIComponent(call.source)}/${encodeURIComponent(call.call)}`, version: 1 }));
  return <Grid<Row> label={t("list.results", { what: say(CALLS.title) })} columns={gridColumns(CALLS, COLUMNS, lang, t)} rows={rows} keyOf={(row) => row.id} onOpen={(row) => void navigate(`/calls/${row.id}`)} />;
}
