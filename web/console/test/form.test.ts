import { expect, test } from "vitest";
import type { Field, Resource } from "../src/api/meta.ts";
import { broughtValues, changesOf, clashes, editable, startValues } from "../src/resource/form.ts";
import { differences } from "../src/view/difference.ts";

const field = (name: string, kind: string, more: Partial<Field> = {}): Field => ({ name, kind, title: { zh: name, en: name }, ...more });
const users: Resource = {
  name: "users",
  path: "users",
  title: { zh: "用户", en: "Users" },
  group: "organisation",
  fields: [field("login", "text", { fixed: true }), field("name", "text"), field("tags", "list"), field("enabled", "bool", { default: "true" }), field("seen_at", "instant", { readonly: true })],
  features: {},
  rights: {},
};
const row = { id: "1", version: 3, login: "a", name: "吴", tags: null, enabled: false, seen_at: "2026-01-01T00:00:00.000Z" };

test("a new row starts with the defaults, an old one with what it has", () => {
  expect(startValues(users, null)).toEqual({ enabled: true });
  expect(startValues(users, row)).toEqual({ name: "吴", enabled: false });
});

test("an address brings values of what may be written, a list by its commas", () => {
  const search = new URLSearchParams("open=new&set.tags=a,b&set.login=lin&set.enabled=false&set.seen_at=2026-01-01T00:00:00Z&set.other=1&name=x");
  expect(broughtValues(users, search)).toEqual({ tags: ["a", "b"], login: "lin", enabled: false });
  const secret = { ...users, fields: [field("password", "text", { secret: true })] };
  expect(broughtValues(secret, new URLSearchParams("set.password=x"))).toEqual({});
});

test("what is written by the server, or once only, is not in the form", () => {
  expect(editable(users, row).map((entry) => entry.name)).toEqual(["name", "tags", "enabled"]);
});

test("only what was changed travels, and what was emptied becomes null", () => {
  const before = startValues(users, row);
  expect(changesOf(users, before, { ...before, tags: [] })).toEqual({});
  expect(changesOf(users, before, { name: "", tags: ["x"], enabled: false })).toEqual({ name: null, tags: ["x"] });
});

test("a clash names what others changed beside what this form would write", () => {
  expect(clashes(users, row, { ...row, version: 4, name: "邓", enabled: true }, { name: "陈" })).toEqual([
    { name: "name", before: "吴", theirs: "邓", mine: "陈" },
    { name: "enabled", before: false, theirs: true, mine: false },
  ]);
});

test("differences leave out what is the server's own and what is nothing on both sides", () => {
  expect(differences({ id: "1", version: 1, name: "a", tags: [] }, '{"id":"1","version":2,"name":"b","tags":null}')).toEqual([{ name: "name", before: "a", after: "b" }]);
  expect(differences(null, null)).toEqual([]);
});
