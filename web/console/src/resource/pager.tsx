// Pages of a list, by cursor: forward and back, never a jump.
import { Button, Select } from "antd";
import type { ReactElement } from "react";
import { useWords } from "../text/words.ts";
import { SIZES } from "./liststate.ts";
import type { ListControl } from "./use-list.ts";

export function Pager({ control }: { readonly control: ListControl }): ReactElement {
  const { t } = useWords();
  const { state, query, page } = control;
  return (
    <footer className="pager">
      <span className="faint keys" aria-hidden="true">
        <kbd>/</kbd> {t("keys.search")} <kbd>↑</kbd> <kbd>↓</kbd> {t("keys.move")} <kbd>Enter</kbd> {t("keys.open")} <kbd>Esc</kbd> {t("keys.close")}
      </span>
      <span className="num">{page !== null && t("list.page", { page })}</span>
      <Select
        value={state.limit}
        aria-label={t("list.sizeLabel")}
        options={SIZES.map((size) => ({ value: size, label: t("list.size", { size }) }))}
        onChange={(limit: number) => control.change({ limit })}
        size="small"
        popupMatchSelectWidth={false}
      />
      <Button size="small" disabled={state.cursor === ""} onClick={control.backward}>
        {t("action.previous")}
      </Button>
      <Button size="small" disabled={!query.data?.next || query.isPlaceholderData} onClick={control.forward}>
        {t("action.next")}
      </Button>
    </footer>
  );
}
