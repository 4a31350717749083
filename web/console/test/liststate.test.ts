import { expect, test } from "vitest";
import type { Field, Resource } from "../src/api/meta.ts";
import { exportUrl, listQuery, nextSort, readState, usualColumns, writeState } from "../src/resource/liststate.ts";

const field = (name: string, kind: string, more: Partial<Field> = {}): Field => ({ name, kind, title: { zh: name, en: name }, filter: true, shown: true, ...more });
const users: Resource = {
  name: "users",
  path: "users",
  title: { zh: "用户", en: "Users" },
  group: "organisation",
  fields: [field("login", "text"), field("state", "choice"), field("secret", "text", { filter: false, shown: false })],
  features: {},
  rights: { read: true },
};

test("a state is the same after the way through the address", () => {
  const state = { q: "吴", sort: "-login", cursor: "abc", limit: 100, filters: { "state.in": "a,b", "created_at.from": "2026-01-01T00:00:00.000Z" }, columns: ["login", "created_at"] };
  expect(readState(users, writeState(state))).toEqual(state);
});

test("what is usual is not said", () => {
  const state = readState(users, new URLSearchParams());
  expect(writeState(state).toString()).toBe("");
  expect(listQuery(state).toString()).toBe("limit=50&count=true");
});

test("parameters that the resource does not know are left out, and so are sizes that nobody offers", () => {
  const state = readState(users, new URLSearchParams("nobody=1&secret=x&login.like=a&login.near=b&limit=7&open=new&columns=login,none"));
  expect(state).toMatchObject({ filters: { "login.like": "a" }, limit: 50, columns: ["login"] });
});

test("an export has the filters and columns of the list, and none of its pages", () => {
  const state = readState(users, new URLSearchParams("q=a&state.in=b&limit=20&cursor=c&sort=login"));
  expect(exportUrl(users, state, ["login", "state"], "xlsx")).toBe("/api/v1/users/export?q=a&state.in=b&sort=login&columns=login%2Cstate&format=xlsx");
});

test("nobody has a word in the address, and the server is asked with nothing", () => {
  const owned = { ...users, fields: [...users.fields, field("owner_id", "reference")] };
  const state = readState(owned, new URLSearchParams("owner_id=-"));
  expect(writeState(state).toString()).toBe("owner_id=-");
  expect(listQuery(state).toString()).toBe("owner_id=&limit=50&count=true");
  expect(exportUrl(owned, state, ["login"], "csv")).toBe("/api/v1/users/export?owner_id=&columns=login&format=csv");
});

test("a head sorts up, down, and not at all", () => {
  expect([nextSort("", "a"), nextSort("a", "a"), nextSort("-a", "a"), nextSort("b", "a")]).toEqual(["a", "-a", "", "a"]);
});

test("columns are those that the server shows", () => {
  expect(usualColumns({ ...users, features: { create: true } })).toEqual(["login", "state"]);
});

test("what nobody makes or changes has happened: its time comes first", () => {
  expect(usualColumns({ ...users, features: {} })).toEqual(["created_at", "login", "state"]);
  const told = { ...users, features: {}, fields: [...users.fields, { name: "left_at", kind: "instant", title: { zh: "", en: "" }, shown: true }] };
  expect(usualColumns(told)).toEqual(["login", "state", "left_at"]);
});
