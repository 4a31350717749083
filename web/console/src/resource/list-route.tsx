// `/console/{path}`: the entity's own list, or the generic one.
import type { ComponentType, ReactElement } from "react";
import { lazy, Suspense } from "react";
import { useParams } from "react-router";
import type { ListProps } from "../entity/registry.tsx";
import { entityOf } from "../entity/registry.tsx";
import { useMeta } from "../session/session.ts";
import { ErrorPanel } from "../shell/errorpanel.tsx";
import { NotFound, Refused } from "../shell/notfound.tsx";
import { useWords } from "../text/words.ts";
import { ListPage } from "./list-page.tsx";

const own = new Map<string, ComponentType<ListProps>>();

function listOf(path: string): ComponentType<ListProps> {
  const load = entityOf(path)?.list;
  if (!load) return ListPage;
  const known = own.get(path) ?? lazy(async () => ({ default: (await load()).List }));
  own.set(path, known);
  return known;
}

export function ListRoute(): ReactElement {
  const { path = "" } = useParams();
  const { say } = useWords();
  const meta = useMeta();
  if (meta.isError) return <ErrorPanel error={meta.error} retry={() => void meta.refetch()} />;
  if (meta.isPending) return <></>;
  const resource = meta.data.resources.find((entry) => entry.path === path);
  if (!resource) return <NotFound />;
  if (!resource.rights.read) return <Refused what={say(resource.title)} />;
  const List = listOf(path);
  return (
    <Suspense fallback={<></>}>
      <List key={path} resource={resource} />
    </Suspense>
  );
}
