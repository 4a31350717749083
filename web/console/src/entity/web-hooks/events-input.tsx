// What a hook listens to: resources down, what is done across.
import { Checkbox } from "antd";
import type { ReactElement } from "react";
import { useMeta } from "../../session/session.ts";
import { useWords } from "../../text/words.ts";
import type { FieldInputProps } from "../registry.tsx";
import { DEEDS, listens, toggled } from "./events.ts";
import "./words.ts";

export function EventsInput({ id, value, onChange, disabled = false }: FieldInputProps): ReactElement {
  const { t, say } = useWords();
  const meta = useMeta().data;
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const resources = (meta?.resources ?? []).filter((resource) => resource.rights.read);
  return (
    <div className="matrix" id={id} tabIndex={-1}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("webhooks.what")}</th>
            {DEEDS.map((deed) => (
              <th key={deed} scope="col" className="middle">{t(`webhooks.${deed}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {resources.map((resource) => (
            <tr key={resource.name}>
              <th scope="row">{say(resource.title)}</th>
              {DEEDS.map((deed) => (
                <td key={deed} className="middle">
                  <Checkbox
                    aria-label={`${say(resource.title)}: ${t(`webhooks.${deed}`)}`}
                    disabled={disabled}
                    checked={listens(chosen, resource.name, deed)}
                    onChange={(event) => onChange?.(toggled(chosen, resource.name, deed, event.target.checked))}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
