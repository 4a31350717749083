// Nobody passes without a session. When one ends while somebody works, the page stays and signing in happens above it.
import { useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { lazy, Suspense, useEffect, useState } from "react";
import { Outlet } from "react-router";
import { onExpired } from "../api/client.ts";
import type { Session } from "../api/session.ts";
import { ErrorPanel } from "../shell/errorpanel.tsx";
import { back } from "./back.ts";
import { useKeptLook } from "./look.ts";
import { forgetAll, SESSION, SessionContext, useSessionQuery } from "./session.ts";

// Forms are fetched by those who need one: most loads find a session.
const FirstPassword = lazy(async () => ({ default: (await import("./firstpassword.tsx")).FirstPassword }));
const SignInPage = lazy(async () => ({ default: (await import("./signinpage.tsx")).SignInPage }));
const Expired = lazy(async () => ({ default: (await import("./expired.tsx")).Expired }));

export function Gate(): ReactElement {
  const client = useQueryClient();
  const query = useSessionQuery();
  const [lost, setLost] = useState(false);

  useEffect(() => onExpired(() => setLost(true)), []);
  useKeptLook(query.data?.user);
  const to = back(window.location.search);
  const leaves = to !== null && query.data != null && !query.data.user.must_change_password;
  // A wall that asked for somebody to sign in is gone back to.
  useEffect(() => { if (leaves && to) window.location.replace(to); }, [leaves, to]);

  const entered = (session: Session): void => {
    const before = query.data;
    // Somebody else's rights and rows are not shown to whoever comes next.
    if (before && before.user.id !== session.user.id) forgetAll(client);
    client.setQueryData(SESSION, session);
    setLost(false);
    if (before) void client.invalidateQueries({ predicate: (entry) => entry.queryKey[0] !== SESSION[0] });
  };

  if (query.isPending || leaves) return <></>;
  if (query.isError) return <main className="sign"><ErrorPanel error={query.error} retry={() => void query.refetch()} /></main>;
  const session = query.data;
  if (!session) return <Suspense fallback={<></>}><SignInPage entered={entered} /></Suspense>;
  if (session.user.must_change_password) return <Suspense fallback={<></>}><FirstPassword session={session} changed={(next) => client.setQueryData(SESSION, next)} /></Suspense>;
  return (
    <SessionContext value={session}>
      <Outlet />
      <Suspense fallback={null}>{lost && <Expired login={session.user.login} entered={entered} />}</Suspense>
    </SessionContext>
  );
}
