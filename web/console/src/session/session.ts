// The session as the pages know it.
import type { QueryClient, UseQueryResult } from "@tanstack/react-query";
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import type { Meta, Resource } from "../api/meta.ts";
import { meta } from "../api/meta.ts";
import type { Session } from "../api/session.ts";
import { currentSession } from "../api/session.ts";

export const SESSION = ["session"] as const;

export function useSessionQuery(): UseQueryResult<Session | null> {
  return useQuery({ queryKey: SESSION, queryFn: currentSession, staleTime: Number.POSITIVE_INFINITY });
}

/** Forgets every answer but who is signed in: rows of one person are not shown to the next. */
export function forgetAll(client: QueryClient): void {
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION[0] });
}

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in. Only below the gate. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("no session stands above this component");
  return session;
}

/** What the server describes, with the rights of this user. */
export function useMeta(): UseQueryResult<Meta> {
  const { user } = useSession();
  return useQuery({ queryKey: ["meta", user.id], queryFn: meta, staleTime: Number.POSITIVE_INFINITY });
}

export function useResource(path: string): Resource | undefined {
  return useMeta().data?.resources.find((resource) => resource.path === path || resource.name === path);
}
