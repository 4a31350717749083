// What one does with a list as a whole: columns, export, import, a new row.
import { Button, Checkbox, Dropdown, Popover } from "antd";
import type { ReactElement } from "react";
import type { Resource } from "../api/meta.ts";
import { can } from "../api/meta.ts";
import { useWords } from "../text/words.ts";
import { Chevron, Plus } from "../view/icons.tsx";
import { exportUrl, STAMPS } from "./liststate.ts";
import type { ListControl } from "./use-list.ts";

interface Props {
  readonly resource: Resource;
  readonly control: ListControl;
  readonly onImport?: () => void;
  /** Columns that its rows have beside the fields. */
  readonly stamps?: readonly string[];
}

export function Tools({ resource, control, onImport, stamps = STAMPS }: Props): ReactElement {
  const { t, say } = useWords();
  const save = (format: "csv" | "xlsx"): void => {
    const link = document.createElement("a");
    link.href = exportUrl(resource, control.state, control.columns, format);
    link.download = "";
    link.click();
  };
  return (
    <div className="tools">
      <Popover trigger="click" placement="bottomRight" content={<ColumnChoice resource={resource} control={control} stamps={stamps} />}>
        <Button>
          {t("action.columns")} <Chevron />
        </Button>
      </Popover>
      {can(resource, "export") && (
        <Dropdown trigger={["click"]} menu={{ items: [{ key: "csv", label: "CSV" }, { key: "xlsx", label: "XLSX" }], onClick: ({ key }) => save(key === "csv" ? "csv" : "xlsx") }}>
          <Button title={t("list.exportText")}>
            {t("action.export")} <Chevron />
          </Button>
        </Dropdown>
      )}
      {can(resource, "import") && <Button onClick={onImport}>{t("action.import")}</Button>}
      {can(resource, "create") && (
        <Button type="primary" icon={<Plus />} onClick={() => control.show("new")} title={t("form.create", { what: say(resource.title) })}>
          {t("action.create")}
        </Button>
      )}
    </div>
  );
}

function ColumnChoice({ resource, control, stamps = [] }: Omit<Props, "onImport">): ReactElement {
  const { t, say } = useWords();
  const order = [...resource.fields.filter((field) => !field.secret).map((field) => field.name), ...stamps];
  const title = (name: string): string => {
    const field = resource.fields.find((entry) => entry.name === name);
    return field ? say(field.title) : t(`list.${name}`);
  };
  const toggle = (name: string, on: boolean): void => {
    const chosen = order.filter((entry) => (entry === name ? on : control.columns.includes(entry)));
    if (chosen.length > 0) control.choose(chosen);
  };
  return (
    <div className="column-choice" role="group" aria-label={t("list.chooseColumns")}>
      {order.map((name) => (
        <Checkbox key={name} checked={control.columns.includes(name)} onChange={(event) => toggle(name, event.target.checked)}>
          {title(name)}
        </Checkbox>
      ))}
      <Button size="small" onClick={() => control.choose(null)}>
        {t("action.usual")}
      </Button>
    </div>
  );
}
