// What one does with a row: view, edit, enable or disable, delete.
import { nameOf } from "./values.ts";
import type { MenuProps } from "antd";
import { App, Dropdown } from "antd";
import type { ReactElement } from "react";
import type { Resource } from "../api/meta.ts";
import { can } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import { useWords } from "../text/words.ts";
import { Dots } from "../view/icons.tsx";
import { useChanges } from "./mutations.ts";

interface Props {
  readonly resource: Resource;
  readonly row: Row;
  /** Leads to the row, or away from it; none where the row is shown already. */
  readonly open?: () => void;
  readonly edit: () => void;
  /** Called when the row has been deleted. */
  readonly gone?: () => void;
}

export function RowMenu({ resource, row, open, edit, gone }: Props): ReactElement {
  const { t, lang } = useWords();
  const { modal } = App.useApp();
  const { toggle, drop } = useChanges(resource);
  const what = nameOf(resource, row, lang);
  const ask = (): void =>
    void modal.confirm({
      title: t("remove.title", { what }),
      content: t("remove.text"),
      okText: t("action.remove"),
      okButtonProps: { danger: true },
      cancelText: t("action.cancel"),
      onOk: async () => {
        if (await drop(row)) gone?.();
      },
    });
  const items: NonNullable<MenuProps["items"]> = open ? [{ key: "open", label: t(gone ? "detail.list" : "action.detail"), onClick: open }] : [];
  if (can(resource, "edit")) items.push({ key: "edit", label: t("action.edit"), extra: <kbd>E</kbd>, onClick: edit });
  if (can(resource, "disable") && typeof row["enabled"] === "boolean") {
    items.push({ key: "toggle", label: t(row["enabled"] ? "action.disable" : "action.enable"), onClick: () => void toggle(row) });
  }
  if (can(resource, "remove")) items.push({ type: "divider" }, { key: "remove", danger: true, label: t("action.remove"), onClick: ask });
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <button type="button" className="row-button" aria-label={`${t("action.actions")}: ${what}`}>
        <Dots />
      </button>
    </Dropdown>
  );
}
