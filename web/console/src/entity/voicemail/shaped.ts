// Messages with the queue by the name of its skill group, for those who may see the groups.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Resource } from "../../api/meta.ts";
import { list } from "../../api/records.ts";
import { withOptions } from "../../resource/shaped.ts";
import { useResource } from "../../session/session.ts";

const QUESTION = new URLSearchParams({ limit: "200", sort: "name" });

export function useShaped(resource: Resource): Resource {
  const groups = useResource("skill-groups");
  const query = useQuery({ queryKey: ["options", "skill-groups", "queues"], queryFn: ({ signal }) => list("skill-groups", QUESTION, signal), enabled: groups?.rights.read ?? false, staleTime: 60_000 });
  const rows = query.data?.items;
  return useMemo(() => {
    if (!rows) return resource;
    const options = rows.map((row) => ({ value: String(row["queue"] ?? ""), title: { zh: String(row["name"] ?? ""), en: String(row["name"] ?? "") } }));
    return withOptions(resource, "queue", options);
  }, [resource, rows]);
}
