// One entry of the log: who did what, from where, and what differs.
import type { ReactElement } from "react";
import { Link } from "react-router";
import { FieldList } from "../../resource/field-list.tsx";
import { useMeta } from "../../session/session.ts";
import { useWords } from "../../text/words.ts";
import { Differences } from "../../view/differences.tsx";
import type { RowProps } from "../registry.tsx";
import { useShaped } from "./shaped.ts";

export function Detail({ resource, row }: RowProps): ReactElement {
  const { t } = useWords();
  const shaped = useShaped(resource);
  const on = useMeta().data?.resources.find((entry) => entry.name === row["resource"]);
  const target = typeof row["target"] === "string" ? row["target"] : null;
  return (
    <>
      <section className="panel">
        <FieldList resource={shaped} row={row} without={["actor_id", "target", "before", "after"]} />
      </section>
      <section className="panel" data-panel="differences">
        <header>
          <h2>
            {t("detail.before")} / {t("detail.after")}
          </h2>
          {on?.rights.read && target && <Link to={`/${on.path}/${target}`}>{t("action.detail")}</Link>}
        </header>
        <Differences resource={on} before={row["before"]} after={row["after"]} />
      </section>
    </>
  );
}
