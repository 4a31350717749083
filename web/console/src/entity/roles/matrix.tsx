// The rights of a role: resources down, actions across.
import { Checkbox } from "antd";
import type { ReactElement } from "react";
import { useMeta } from "../../session/session.ts";
import { useWords } from "../../text/words.ts";
import type { FieldInputProps } from "../registry.tsx";
import { ACTIONS, grouped, toggled } from "./grouped.ts";
import "./words.ts";

export function Matrix({ id, value, onChange, disabled = false }: FieldInputProps): ReactElement {
  const { t, say } = useWords();
  const meta = useMeta().data;
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const { lines, others } = grouped(meta?.rights ?? [], meta?.resources ?? []);
  const all = chosen.includes("*");
  return (
    <div className="matrix" id={id} tabIndex={-1}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("roles.what")}</th>
            {ACTIONS.map((action) => (
              <th key={action} scope="col" className="middle">{t(`roles.${action}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.resource}>
              <th scope="row">{say(line.title)}</th>
              {ACTIONS.map((action) => {
                const right = line.rights[action];
                return (
                  <td key={action} className="middle">
                    {right ? (
                      <Checkbox aria-label={`${say(line.title)}: ${t(`roles.${action}`)}`} disabled={disabled || all} checked={all || chosen.includes(right)} onChange={(event) => onChange?.(toggled(chosen, line, action, event.target.checked))} />
                    ) : (
                      <span className="faint" aria-hidden="true">·</span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
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
    </div>
  );
}
