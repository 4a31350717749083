// The black and red lists: whoever decides does so in the rows, or on all that the filter finds.
import { App, Button } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { decideAll } from "../../api/lists.ts";
import type { Row } from "../../api/records.ts";
import { ListPage } from "../../resource/list-page.tsx";
import { readState, writeState } from "../../resource/liststate.ts";
import { useChanges } from "../../resource/mutations.ts";
import { useSession } from "../../session/session.ts";
import { holds } from "../../shell/menuentries.ts";
import { useWords } from "../../text/words.ts";
import { ActionDialog } from "../../view/action-dialog.tsx";
import type { Column } from "../../view/grid.tsx";
import type { ListProps } from "../registry.tsx";
import { Actions } from "./actions.tsx";
import "./words.ts";

export function ListsPage({ resource }: ListProps): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const { rights } = useSession();
  const { forget } = useChanges(resource);
  const [search] = useSearchParams();
  const [open, setOpen] = useState(false);
  if (!holds(rights, "lists.approve")) return <ListPage resource={resource} />;
  const column: Column<Row> = { key: "decide", title: t("lists.decide"), width: 132, cell: (row) => <span className="row-actions"><Actions resource={resource} row={row} small /></span> };
  const all = async (): Promise<void> => {
    const filter = writeState({ ...readState(resource, search), cursor: "", columns: null, sort: "" });
    filter.delete("limit");
    const { decided, left } = await decideAll(filter, "approve", "");
    await forget();
    void message.success(t("lists.allDone", { decided, left }));
  };
  return (
    <>
      <ListPage resource={resource} extra={[column]} aside={<Button size="small" onClick={() => setOpen(true)}>{t("lists.all")}</Button>} />
      {open && <ActionDialog title={t("lists.all")} deed={t("lists.approve")} text={t("lists.allText")} act={all} close={() => setOpen(false)} />}
    </>
  );
}
