// A table of boxes: things down, what may be done with each across.
import { Checkbox } from "antd";
import type { ReactElement, ReactNode } from "react";

export interface BoxColumn<C extends string> {
  readonly key: C;
  readonly title: string;
}

export interface BoxLine<C extends string> {
  readonly key: string;
  readonly title: string;
  /** Ticked or not; null where there is nothing to tick. */
  readonly box: (column: C) => boolean | null;
  readonly tick: (column: C, on: boolean) => void;
}

interface Props<C extends string> {
  readonly id: string | undefined;
  /** Title of the first column. */
  readonly what: string;
  readonly columns: readonly BoxColumn<C>[];
  readonly lines: readonly BoxLine<C>[];
  readonly disabled: boolean;
  /** Stands below the table. */
  readonly children?: ReactNode;
}

export function CheckTable<C extends string>({ id, what, columns, lines, disabled, children }: Props<C>): ReactElement {
  return (
    <div className="matrix" id={id} tabIndex={-1}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{what}</th>
            {columns.map((column) => (
              <th key={column.key} scope="col" className="middle">{column.title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.key}>
              <th scope="row">{line.title}</th>
              {columns.map((column) => (
                <td key={column.key} className="middle">
                  <Box line={line} column={column} disabled={disabled} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {children}
    </div>
  );
}

function Box<C extends string>({ line, column, disabled }: { readonly line: BoxLine<C>; readonly column: BoxColumn<C>; readonly disabled: boolean }): ReactElement {
  const on = line.box(column.key);
  if (on === null) return <span className="faint" aria-hidden="true">·</span>;
  return <Checkbox aria-label={`${line.title}: ${column.title}`} disabled={disabled} checked={on} onChange={(event) => line.tick(column.key, event.target.checked)} />;
}
