// Resources whose rows stand below each other.
import { read } from "./client.ts";

export interface Node {
  readonly id: string;
  readonly parent_id: string | null;
  readonly label: string;
  readonly children: readonly Node[];
}

export async function tree(path: string, signal?: AbortSignal): Promise<readonly Node[]> {
  return (await read<{ readonly items: readonly Node[] }>(`/${path}/tree`, signal)).items;
}

/** The path to a node, from the top; empty when it is not there. */
export function pathTo(nodes: readonly Node[], id: string): readonly Node[] {
  for (const node of nodes) {
    if (node.id === id) return [node];
    const below = pathTo(node.children, id);
    if (below.length > 0) return [node, ...below];
  }
  return [];
}

/** A node and all below it. */
export function below(nodes: readonly Node[], id: string): readonly string[] {
  const all = (node: Node): readonly string[] => [node.id, ...node.children.flatMap(all)];
  const top = pathTo(nodes, id).at(-1);
  return top ? all(top) : [id];
}
