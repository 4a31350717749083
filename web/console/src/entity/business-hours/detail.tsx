// Business hours: the week as a grid, and whether it is open now.
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { read } from "../../api/client.ts";
import { FieldList } from "../../resource/field-list.tsx";
import { useWords } from "../../text/words.ts";
import type { RowProps } from "../registry.tsx";
import { WeekView } from "./week-view.tsx";
import "./words.ts";

export function Detail({ resource, row }: RowProps): ReactElement {
  const { t } = useWords();
  const now = useQuery({ queryKey: ["one", "business-hours", row.id, "open", row.version], queryFn: ({ signal }) => read<{ readonly open: boolean }>(`/business-hours/${row.id}/open`, signal), refetchInterval: 60_000 });
  return (
    <>
      <section className="panel">
        <header>
          <h2>{t("hours.open")}</h2>
          {now.data && <span className={now.data.open ? "level-good" : "muted"} role="status">{t(now.data.open ? "hours.now" : "hours.notNow")}</span>}
        </header>
        <WeekView value={row["week"]} />
      </section>
      <section className="panel">
        <FieldList resource={resource} row={row} without={["week"]} />
      </section>
    </>
  );
}
