// A message with a way back.
import { Button } from "antd";
import type { ReactElement } from "react";

export function UndoMessage({ text, undo, label }: { readonly text: string; readonly undo: () => void; readonly label: string }): ReactElement {
  return (
    <span>
      {text}{" "}
      <Button type="link" size="small" onClick={undo}>
        {label}
      </Button>
    </span>
  );
}
