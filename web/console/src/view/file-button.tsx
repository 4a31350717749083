// A button that asks for a file: the browser's own input speaks the browser's language and looks like nothing else here.
import { Button } from "antd";
import type { ReactElement, ReactNode } from "react";
import { useRef } from "react";

interface Props {
  /** Endings that are taken, as an input's `accept`. */
  readonly accept: string;
  readonly pick: (file: File) => void;
  readonly children: ReactNode;
  readonly icon?: ReactNode;
  readonly size?: "small" | "middle";
  readonly busy?: boolean;
}

export function FileButton({ accept, pick, children, icon, size = "middle", busy = false }: Props): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file may be chosen again.
          event.target.value = "";
          if (file) pick(file);
        }}
      />
      <Button size={size} icon={icon} loading={busy} onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}
