// A tree by keyboard and pointer: up and down move, left closes, right opens, Enter chooses.
import type { KeyboardEvent, ReactElement } from "react";
import { useRef, useState } from "react";
import type { Node } from "../api/tree.ts";
import { pathTo } from "../api/tree.ts";
import { Chevron, ChevronRight } from "./icons.tsx";

interface Props {
  readonly label: string;
  readonly nodes: readonly Node[];
  readonly chosen: string | null;
  readonly choose: (id: string) => void;
}

interface Flat {
  readonly node: Node;
  readonly level: number;
}

function visible(nodes: readonly Node[], closed: ReadonlySet<string>, level = 1): readonly Flat[] {
  return nodes.flatMap((node) => [{ node, level }, ...(closed.has(node.id) ? [] : visible(node.children, closed, level + 1))]);
}

export function TreeView({ label, nodes, chosen, choose }: Props): ReactElement {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string | null>(null);
  const root = useRef<HTMLUListElement>(null);
  const rows = visible(nodes, closed);
  const at = rows.some((row) => row.node.id === (focused ?? chosen)) ? (focused ?? chosen) : rows[0]?.node.id;

  const fold = (id: string, close: boolean): void => {
    const next = new Set(closed);
    if (close) next.add(id);
    else next.delete(id);
    setClosed(next);
  };
  const go = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    setFocused(row.node.id);
    root.current?.querySelector<HTMLElement>(`[data-node="${row.node.id}"]`)?.focus();
  };
  const keys = (event: KeyboardEvent, { node }: Flat, index: number): void => {
    const open = node.children.length > 0 && !closed.has(node.id);
    if (event.key === "ArrowDown") go(index + 1);
    else if (event.key === "ArrowUp") go(index - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(rows.length - 1);
    else if (event.key === "ArrowRight" && node.children.length > 0) open ? go(index + 1) : fold(node.id, false);
    else if (event.key === "ArrowLeft") open ? fold(node.id, true) : go(rows.findIndex((row) => row.node.id === pathTo(nodes, node.id).at(-2)?.id));
    else if (event.key === "Enter" || event.key === " ") choose(node.id);
    else return;
    event.preventDefault();
  };
  return (
    <ul className="tree" role="tree" aria-label={label} ref={root}>
      {rows.map((row, index) => {
        const { node, level } = row;
        const branch = node.children.length > 0;
        return (
          <li
            key={node.id}
            role="treeitem"
            data-node={node.id}
            aria-level={level}
            aria-selected={node.id === chosen}
            aria-expanded={branch ? !closed.has(node.id) : undefined}
            tabIndex={node.id === at ? 0 : -1}
            style={{ paddingLeft: 8 + (level - 1) * 18 }}
            onFocus={() => setFocused(node.id)}
            onKeyDown={(event) => keys(event, row, index)}
            onClick={() => choose(node.id)}
          >
            <span
              className="twist"
              aria-hidden="true"
              onClick={(event) => {
                event.stopPropagation();
                fold(node.id, !closed.has(node.id));
              }}
            >
              {branch && (closed.has(node.id) ? <ChevronRight /> : <Chevron />)}
            </span>
            {node.label}
          </li>
        );
      })}
    </ul>
  );
}
