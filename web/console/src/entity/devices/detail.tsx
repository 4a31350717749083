// A screen, its boards by title.
import type { ReactElement } from "react";
import { FieldList } from "../../resource/field-list.tsx";
import type { RowProps } from "../registry.tsx";
import { useShaped } from "./boards.ts";

export function Detail({ resource, row }: RowProps): ReactElement {
  return (
    <section className="panel">
      <FieldList resource={useShaped(resource)} row={row} />
    </section>
  );
}
