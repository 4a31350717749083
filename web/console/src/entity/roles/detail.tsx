// A role: its own fields, and its rights as the matrix that they were chosen in.
import type { ReactElement } from "react";
import { FieldList } from "../../resource/field-list.tsx";
import { useWords } from "../../text/words.ts";
import type { RowProps } from "../registry.tsx";
import { Matrix } from "./matrix.tsx";

export function Detail({ resource, row }: RowProps): ReactElement {
  const { t } = useWords();
  return (
    <>
      <section className="panel">
        <FieldList resource={resource} row={row} without={["rights"]} />
      </section>
      <section className="panel">
        <header>
          <h2>{t("roles.title")}</h2>
        </header>
        <Matrix value={row["rights"]} disabled />
      </section>
    </>
  );
}
