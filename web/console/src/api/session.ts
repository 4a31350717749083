// Who is signed in, and how one signs in and out.
import type { Centre } from "../zone/centre.ts";
import { carryCentre } from "../zone/centre.ts";
import { ask, carryCsrf, read } from "./client.ts";
import { Problem } from "./problem.ts";
import type { Users, UsersChange } from "./schema.d.ts";

export interface User {
  /** Null on a server that runs open. */
  readonly id: string | null;
  readonly login: string;
  readonly name: string;
  readonly language: string;
  readonly theme: string;
  readonly must_change_password: boolean;
}

export interface Session {
  readonly user: User;
  readonly rights: readonly string[];
  /** The widest reach of these rights. */
  readonly scope: string;
  readonly csrf: string | null;
  /** How one came in, such as `oidc`. */
  readonly via?: string;
  /** Where the centre's clocks are; a server from before zones does not say it. */
  readonly centre?: Centre;
}

/** A provider of identities (OpenID Connect): pages to go to, not to ask. */
export interface Door {
  readonly title: string;
  /** Takes `?to=` with the path to come back to. */
  readonly start: string;
  /** Signs out at the provider too; null where it has no such page. */
  readonly out: string | null;
}

export interface SignOn {
  readonly password: boolean;
  /** The server asks nobody who they are. */
  readonly open: boolean;
  readonly oidc: readonly Door[];
}

/** Oneself as a user. */
export type Profile = Users;

export interface OwnSession {
  readonly id: string;
  readonly created_at: string;
  readonly used_at: string;
  readonly expires_at: string;
  readonly address: string | null;
  readonly agent: string | null;
  readonly current: boolean;
}

function kept(session: Session): Session {
  carryCsrf(session.csrf ?? "");
  carryCentre(session.centre);
  return session;
}

/** The session of the cookie, or null when there is none. */
export async function currentSession(): Promise<Session | null> {
  try {
    return kept((await ask("/session", { quiet: true })).body as Session);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

export async function signIn(login: string, password: string): Promise<Session> {
  return kept((await ask("/session", { method: "POST", json: { login, password }, quiet: true })).body as Session);
}

export async function signOut(): Promise<void> {
  await ask("/session", { method: "DELETE", quiet: true });
}

export function signOn(): Promise<SignOn> {
  return read<SignOn>("/sign-on");
}

export function profile(): Promise<Profile> {
  return read<Profile>("/profile");
}

export async function changeProfile(changes: Pick<UsersChange, "name" | "phone" | "language" | "theme">): Promise<void> {
  await ask("/profile", { method: "PATCH", json: changes });
}

/** The server begins the session anew with the new password. */
export async function changePassword(before: string, after: string): Promise<Session> {
  return kept((await ask("/profile/password", { method: "PUT", json: { old: before, new: after } })).body as Session);
}

export async function ownSessions(): Promise<readonly OwnSession[]> {
  return (await read<{ readonly items: readonly OwnSession[] }>("/profile/sessions")).items;
}

export async function endSession(id: string): Promise<void> {
  await ask(`/profile/sessions/${encodeURIComponent(id)}`, { method: "DELETE" });
}
