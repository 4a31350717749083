// The boards that a screen can show: those of the wall, and every one.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { boards } from "../../api/boards.ts";
import type { Option, Resource } from "../../api/meta.ts";
import { withOptions } from "../../resource/shaped.ts";
import { useSession } from "../../session/session.ts";
import { holds } from "../../shell/menuentries.ts";

export const EVERY: Option = { value: "*", title: { zh: "全部看板", en: "Every board" } };

/** Only those who see walls know the boards; to others a board is its name. */
export function useBoards(): readonly Option[] {
  const { rights } = useSession();
  const query = useQuery({ queryKey: ["boards"], queryFn: ({ signal }) => boards(signal), enabled: holds(rights, "wall.view"), staleTime: 60_000 });
  return useMemo(() => [EVERY, ...(query.data ?? []).map((board) => ({ value: board.name, title: board.title }))], [query.data]);
}

export function useShaped(resource: Resource): Resource {
  const options = useBoards();
  return useMemo(() => withOptions(resource, "boards", options), [resource, options]);
}
