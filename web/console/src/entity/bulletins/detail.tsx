// A bulletin as its readers see it, above what holds for it.
import type { ReactElement } from "react";
import { FieldList } from "../../resource/field-list.tsx";
import { Written } from "../../view/written.tsx";
import type { RowProps } from "../registry.tsx";

export function Detail({ resource, row }: RowProps): ReactElement {
  return (
    <>
      <section className="panel">
        <Written text={String(row["body"] ?? "")} />
      </section>
      <section className="panel">
        <FieldList resource={resource} row={row} without={["body"]} />
      </section>
    </>
  );
}
