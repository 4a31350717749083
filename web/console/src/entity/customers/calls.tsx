// The calls of a customer's numbers, queues and agents by their names already.
import type { ReactElement } from "react";
import { useNavigate } from "react-router";
import type { Contact } from "../../api/customers.ts";
import type { Row } from "../../api/records.ts";
import { gridColumns } from "../../resource/cells.tsx";
import { useWords } from "../../text/words.ts";
import { Grid } from "../../view/grid.tsx";
import { CALLS } from "../calls/described.ts";
import { placeOf, rowOf } from "../calls/question.ts";

const COLUMNS = ["started_at", "direction", "outcome", "queue", "agent", "talk_ms"];
/** What no address of a call begins with: a slash is written as `%2F` there. */
const HIDDEN = "/";

export function Calls({ contacts, known }: { readonly contacts: readonly Contact[]; readonly known: boolean }): ReactElement {
  const { t, lang, say } = useWords();
  const navigate = useNavigate();
  if (!known) return <p className="faint" data-empty>{t("customers.noSource")}</p>;
  if (contacts.length === 0) return <p className="faint" data-empty>{t("list.empty", { what: say(CALLS.title) })}</p>;
  const rows = contacts.map((call, index) => rowOf({ ...call }, call.source && call.call ? placeOf(call.source, call.call) : `${HIDDEN}${index}`));
  // Of a call that one may not see there is no page.
  const open = (row: Row): void => {
    if (!row.id.startsWith(HIDDEN)) void navigate(`/calls/${row.id}`);
  };
  return <Grid<Row> label={t("list.results", { what: say(CALLS.title) })} columns={gridColumns(CALLS, COLUMNS, lang, t)} rows={rows} keyOf={(row) => row.id} onOpen={open} />;
}
