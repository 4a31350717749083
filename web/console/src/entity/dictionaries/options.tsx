// The options of a dictionary in their order; one at a time, up or down.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactElement } from "react";
import { lazy, Suspense, useState } from "react";
import { can } from "../../api/meta.ts";
import { change, list } from "../../api/records.ts";
import { useChanges } from "../../resource/mutations.ts";
import { RowMenu } from "../../resource/row-menu.tsx";
import { useResource } from "../../session/session.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import { Down, Up } from "../../view/icons.tsx";
import type { RowProps } from "../registry.tsx";
import { moved } from "./order.ts";
import "./words.ts";

const FormDrawer = lazy(async () => ({ default: (await import("../../resource/form-drawer.tsx")).FormDrawer }));

export function Options({ row }: RowProps): ReactElement | null {
  const options = useResource("dictionary-options");
  return options?.rights.read ? <Ordered dictionary={row.id} resource={options} /> : null;
}

function Ordered({ dictionary, resource }: { readonly dictionary: string; readonly resource: NonNullable<ReturnType<typeof useResource>> }): ReactElement {
  const { t, say } = useWords();
  const { forget, fail } = useChanges(resource);
  const [open, setOpen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const question = new URLSearchParams({ dictionary_id: dictionary, sort: "position", limit: "200" });
  const query = useQuery({ queryKey: ["list", resource.path, question.toString()], queryFn: ({ signal }) => list(resource.path, question, signal) });
  const rows = query.data?.items ?? [];
  const edit = can(resource, "edit");

  const move = async (from: number, to: number): Promise<void> => {
    setBusy(true);
    try {
      for (const step of moved(rows, from, to)) await change(resource.path, step.row, { position: step.position });
    } catch (error) {
      fail(error);
    }
    await forget();
    setBusy(false);
  };
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      {query.data && rows.length === 0 && <p className="faint">{t("dictionaries.none")}</p>}
      <ol className="ordered">
        {rows.map((row, index) => (
          <li key={row.id} className={row["enabled"] === false ? "muted" : ""}>
            <span className="faint num">{index + 1}</span>
            <b>{String(row["title_zh"] ?? "")}</b>
            <span>{String(row["title_en"] ?? "")}</span>
            <span className="mono faint">{String(row["value"] ?? "")}</span>
            <span className="faint">{row["enabled"] === false && t("dictionaries.disabled")}</span>
            {edit && (
              <span className="moves">
                <button type="button" className="row-button" disabled={busy || index === 0} aria-label={`${t("dictionaries.up")}: ${String(row["title_zh"])}`} onClick={() => void move(index, index - 1)}>
                  <Up />
                </button>
                <button type="button" className="row-button" disabled={busy || index === rows.length - 1} aria-label={`${t("dictionaries.down")}: ${String(row["title_zh"])}`} onClick={() => void move(index, index + 1)}>
                  <Down />
                </button>
              </span>
            )}
            <RowMenu resource={resource} row={row} open={() => setOpen(row.id)} edit={() => setOpen(row.id)} />
          </li>
        ))}
      </ol>
      {can(resource, "create") && <Button onClick={() => setOpen("new")}>{t("form.create", { what: say(resource.title) })}</Button>}
      <Suspense fallback={null}>
        {open && <FormDrawer key={open} resource={resource} id={open === "new" ? null : open} preset={{ dictionary_id: dictionary, position: rows.length }} close={() => setOpen(null)} />}
      </Suspense>
    </>
  );
}
