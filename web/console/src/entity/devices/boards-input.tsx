// Which boards a screen shows: chosen from those that there are; a name that is not among them may be typed.
import { Select } from "antd";
import type { ReactElement } from "react";
import { useWords } from "../../text/words.ts";
import type { FieldInputProps } from "../registry.tsx";
import { EVERY, useBoards } from "./boards.ts";

export function BoardsInput({ id, value, onChange, disabled = false }: FieldInputProps): ReactElement {
  const { say } = useWords();
  const options = useBoards();
  // Whoever sees every board needs no other, and whoever names one does not see every one.
  const change = (next: readonly string[]): void => onChange?.(next.at(-1) === EVERY.value ? [EVERY.value] : next.filter((name) => name !== EVERY.value));
  return (
    <Select
      {...(id ? { id } : {})}
      mode="tags"
      disabled={disabled}
      value={Array.isArray(value) ? value.map(String) : []}
      options={options.map((board) => ({ value: board.value, label: say(board.title), name: board.value }))}
      optionRender={({ data }) => <>{data.label} <span className="faint mono">{data.name}</span></>}
      showSearch={{ optionFilterProp: ["label", "value"] }}
      tokenSeparators={[",", "，", " "]}
      onChange={change}
    />
  );
}
