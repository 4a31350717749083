// A table for work: fixed columns, one row in the tab order, arrows move, Enter opens.
import type { KeyboardEvent, ReactElement, ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import { floats, idle } from "../shell/keys.ts";
import { useWords } from "../text/words.ts";
import { PageBox, RowBox } from "./boxes.tsx";
import type { Chosen } from "./choosing.ts";
import { chooseRow } from "./choosing.ts";
import { Down, Up } from "./icons.tsx";

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly width: number;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  readonly cell: (row: T) => ReactNode;
}

interface Props<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly sort?: string;
  readonly onSort?: (key: string) => void;
  readonly onOpen?: (row: T) => void;
  readonly selected?: string | null;
  readonly muted?: (row: T) => boolean;
  /** What a key does on a row that has the focus. */
  readonly onKey?: (row: T, key: string) => void;
  /** Rows that are chosen; with it each row has a box before it, and the space bar ticks it. */
  readonly chosen?: Chosen;
  readonly onChoose?: (chosen: Chosen) => void;
  /** The page's own list: its keys work while nothing else has the focus. */
  readonly leads?: boolean;
  /** What a row is called by those who do not see it. */
  readonly nameOf?: (row: T) => string;
  /** The last, narrow column. */
  readonly menu?: (row: T) => ReactNode;
}

export function Grid<T>(props: Props<T>): ReactElement {
  const { columns, rows, keyOf, onOpen, menu, chosen, onChoose, leads = false } = props;
  const [at, setAt] = useState(0);
  const ticked = useRef<number | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const place = Math.min(at, Math.max(rows.length - 1, 0));

  const go = (index: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setAt(next);
    body.current?.querySelectorAll<HTMLElement>("tr[data-row]")[next]?.focus();
  };
  const keys = (event: KeyboardEvent<HTMLTableRowElement>, index: number, row: T): void => {
    if (event.target !== event.currentTarget) return;
    const steps: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, j: index + 1, k: index - 1, Home: 0, End: rows.length - 1, PageDown: index + 10, PageUp: index - 10 };
    const step = event.ctrlKey || event.metaKey || event.altKey ? undefined : steps[event.key];
    if (step !== undefined) go(step);
    else if (event.key === " " && onChoose) tick(index, event.shiftKey);
    else if (event.key === "Enter" && onOpen) onOpen(row);
    else if (props.onKey && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) return props.onKey(row, event.key);
    else return;
    event.preventDefault();
  };

  useEffect(() => {
    if (!leads) return;
    const listen = (event: globalThis.KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !idle(event.target) || floats()) return;
      const row = rows[place];
      if (row !== undefined && ["ArrowDown", "ArrowUp", "j", "k"].includes(event.key)) go(place);
      else if (row !== undefined && event.key === "Enter" && onOpen) onOpen(row);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  });

  const tick = (index: number, shift: boolean): void => {
    onChoose?.(chooseRow(chosen ?? new Set(), rows.map(keyOf), index, ticked.current, shift));
    ticked.current = index;
  };

  const width = columns.reduce((sum, column) => sum + column.width, (menu ? 48 : 0) + (onChoose ? 40 : 0));
  return (
    <div className="grid-scroll" role="region" aria-label={props.label} tabIndex={rows.length === 0 ? 0 : -1}>
      <table className="grid" style={{ minWidth: width }}>
        <colgroup>
          {onChoose && <col style={{ width: 40 }} />}
          {columns.map((column) => (
            <col key={column.key} style={{ width: column.width }} />
          ))}
          {menu && <col style={{ width: 48 }} />}
        </colgroup>
        <Head {...props} />
        <tbody ref={body}>
          {rows.map((row, index) => (
            <tr
              key={keyOf(row)}
              data-row={keyOf(row)}
              className={[props.muted?.(row) ? "muted" : "", props.selected === keyOf(row) ? "selected" : "", onOpen ? "opens" : ""].join(" ")}
              tabIndex={index === place ? 0 : -1}
              aria-selected={props.selected === undefined ? undefined : props.selected === keyOf(row)}
              onFocus={() => setAt(index)}
              onKeyDown={(event) => keys(event, index, row)}
              onClick={(event) => {
                // A dialog that a cell has opened is no part of the row, though React tells the row of it.
                const inside = event.currentTarget.contains(event.target as HTMLElement);
                if (onOpen && inside && !(event.target as HTMLElement).closest("button, a, input, [role=menu]") && !window.getSelection()?.toString()) onOpen(row);
              }}
            >
              {onChoose && <td className="box"><RowBox on={chosen?.has(keyOf(row)) ?? false} name={props.nameOf?.(row) ?? keyOf(row)} tick={(shift) => tick(index, shift)} /></td>}
              {columns.map((column) => (
                <td key={column.key} className={column.numeric ? "right" : ""}>
                  {column.cell(row)}
                </td>
              ))}
              {menu && <td className="row-menu">{menu(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head<T>({ columns, sort, onSort, menu, rows, keyOf, chosen, onChoose }: Props<T>): ReactElement {
  const { t } = useWords();
  const order = (key: string): "ascending" | "descending" | undefined => (sort === key ? "ascending" : sort === `-${key}` ? "descending" : undefined);
  return (
    <thead>
      <tr>
        {onChoose && <th scope="col" className="box"><PageBox chosen={chosen ?? new Set()} keys={rows.map(keyOf)} choose={onChoose} /></th>}
        {columns.map((column) => (
          <th key={column.key} scope="col" className={column.numeric ? "right" : ""} aria-sort={order(column.key)}>
            {column.sortable && onSort ? (
              <button type="button" onClick={() => onSort(column.key)} aria-label={t("list.sortBy", { what: column.title })}>
                <span>{column.title}</span>
                {order(column.key) === "ascending" && <Up />}
                {order(column.key) === "descending" && <Down />}
              </button>
            ) : (
              column.title
            )}
          </th>
        ))}
        {menu && (
          <th scope="col">
            <span className="unseen">{t("action.actions")}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}
