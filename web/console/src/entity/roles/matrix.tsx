// The rights of a role: resources down, actions across.
import { Checkbox } from "antd";
import type { ReactElement } from "react";
import { useMeta } from "../../session/session.ts";
import { useWords } from "../../text/words.ts";
import type { BoxLine } from "../../view/check-table.tsx";
import { CheckTable } from "../../view/check-table.tsx";
import type { FieldInputProps } from "../registry.tsx";
import type { Action } from "./grouped.ts";
import { ACTIONS, grouped, toggled } from "./grouped.ts";
import "./words.ts";

export function Matrix({ id, value, onChange, disabled = false }: FieldInputProps): ReactElement {
  const { t, say } = useWords();
  const meta = useMeta().data;
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const { lines, others } = grouped(meta?.rights ?? [], meta?.resources ?? []);
  const all = chosen.includes("*");
  const boxes = lines.map(
    (line): BoxLine<Action> => ({
      key: line.resource,
      title: say(line.title),
      box: (action) => {
        const right = line.rights[action];
        return right === undefined ? null : all || chosen.includes(right);
      },
      tick: (action, on) => onChange?.(toggled(chosen, line, action, on)),
    }),
  );
  return (
    <CheckTable id={id} what={t("roles.what")} columns={ACTIONS.map((action) => ({ key: action, title: t(`roles.${action}`) }))} lines={boxes} disabled={disabled || all}>
      <fieldset>
        <legend>{t("roles.others")}</legend>
        {others.map((right) => (
          <Checkbox
            key={right.name}
            disabled={disabled || (all && right.name !== "*")}
            checked={all || chosen.includes(right.name)}
            onChange={(event) => onChange?.(event.target.checked ? [...chosen, right.name] : chosen.filter((name) => name !== right.name))}
          >
            {say(right.title)}
          </Checkbox>
        ))}
      </fieldset>
    </CheckTable>
  );
}
