// Somebody else was faster: what they changed, beside what the form would write.
import { Button, Modal } from "antd";
import type { ReactElement } from "react";
import type { Resource } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import { useWords } from "../text/words.ts";
import type { Values } from "./form.ts";
import { clashes } from "./form.ts";
import { displayValue } from "./values.ts";

interface Props {
  readonly resource: Resource;
  readonly before: Row;
  readonly theirs: Row;
  readonly mine: Values;
  readonly keep: () => void;
  readonly take: () => void;
  readonly cancel: () => void;
}

export function ClashDialog({ resource, before, theirs, mine, keep, take, cancel }: Props): ReactElement {
  const { t, say, lang } = useWords();
  const text = (name: string, value: unknown): string => {
    const field = resource.fields.find((entry) => entry.name === name);
    return field ? displayValue(value, field, lang, t("list.yes"), t("list.no")) : String(value);
  };
  const title = (name: string): string => {
    const field = resource.fields.find((entry) => entry.name === name);
    return field ? say(field.title) : name;
  };
  const footer = [
    <Button key="cancel" onClick={cancel}>{t("form.stay")}</Button>,
    <Button key="take" onClick={take}>{t("clash.takeTheirs")}</Button>,
    <Button key="keep" type="primary" onClick={keep}>{t("clash.keepMine")}</Button>,
  ];
  return (
    <Modal open title={t("clash.title")} width={640} onCancel={cancel} footer={footer}>
      <p className="muted">{t("clash.text")}</p>
      <table className="plain" data-clash>
        <thead>
          <tr>
            <th scope="col">{t("clash.field")}</th>
            <th scope="col">{t("clash.before")}</th>
            <th scope="col">{t("clash.theirs")}</th>
            <th scope="col">{t("clash.mine")}</th>
          </tr>
        </thead>
        <tbody>
          {clashes(resource, before, theirs, mine).map((clash) => (
            <tr key={clash.name}>
              <th scope="row">{title(clash.name)}</th>
              <td>{text(clash.name, clash.before)}</td>
              <td><b>{text(clash.name, clash.theirs)}</b></td>
              <td>{text(clash.name, clash.mine)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
