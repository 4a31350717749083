// Everything that may be done with a row.
import type { MenuProps } from "antd";
import { Dropdown } from "antd";
import type { ReactElement } from "react";
import type { CallBack } from "../../api/call-backs.ts";
import { useWords } from "../../text/words.ts";
import { Dots } from "../../view/icons.tsx";
import type { Sight } from "./columns.tsx";
import { whoOf } from "./columns.tsx";
import type { Deed } from "./deeds.ts";

const KEYS: Partial<Record<Deed, string>> = { take: "T", takeOver: "T", close: "D" };

export function RowMenu({ row, sight, open }: { readonly row: CallBack; readonly sight: Sight; readonly open: (row: CallBack) => void }): ReactElement | null {
  const { t } = useWords();
  const items: NonNullable<MenuProps["items"]> = sight.deeds(row).map((deed) => ({ key: deed, label: t(`callBacks.deeds.${deed}`), onClick: () => sight.act(row, deed), ...(KEYS[deed] ? { extra: <kbd>{KEYS[deed]}</kbd> } : {}) }));
  if (sight.calls) items.push(...(items.length > 0 ? [{ type: "divider" as const }] : []), { key: "open", label: t("callBacks.openCall"), onClick: () => open(row) });
  if (items.length === 0) return null;
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <button type="button" className="row-button" aria-label={`${t("action.actions")}: ${whoOf(row, t)}`}>
        <Dots />
      </button>
    </Dropdown>
  );
}
