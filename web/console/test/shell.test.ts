import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Resource } from "../src/api/meta.ts";
import { can } from "../src/api/meta.ts";
import { Problem, readProblem, remedy } from "../src/api/problem.ts";
import { failedSignOn, isWeak, lockSeconds } from "../src/session/sign.ts";
import { holds, menuGroups } from "../src/shell/menuentries.ts";
import { readPalette } from "../src/style/palette.ts";
import { en } from "../src/text/en.ts";
import { zh } from "../src/text/zh.ts";

const words = (text: string) => ({ zh: text, en: text });
const resource = (path: string, group: string, read: boolean): Resource => ({ name: path, path, group, title: words(path), fields: [], features: { create: true, remove: false }, rights: { read, write: false, remove: true } });

test("the menu has what one may read, in the order of the groups, and pages with their right", () => {
  const resources = [resource("audit", "system", true), resource("users", "organisation", true), resource("roles", "organisation", false), resource("options", "organisation", true)];
  const pages = [
    { path: "lists/lookup", title: words("lookup"), group: "lists", right: "lists.read", load: () => Promise.reject(new Error()) },
    { path: "secret", title: words("secret"), group: "lists", right: "secret.read", load: () => Promise.reject(new Error()) },
  ];
  const groups = menuGroups(resources, pages, ["lists.read"], (path) => (path === "options" ? { path, hidden: true } : undefined));
  expect(groups.map((group) => [group.name, group.entries.map((entry) => entry.path)])).toEqual([["lists", ["lists/lookup"]], ["organisation", ["users"]], ["system", ["audit"]]]);
});

test("the star is every right, and a feature needs its right", () => {
  expect([holds(["*"], "a.b"), holds(["a.b"], "a.b"), holds(["a.c"], "a.b")]).toEqual([true, true, false]);
  expect([can(resource("a", "b", true), "create"), can(resource("a", "b", true), "remove")]).toEqual([false, false]);
});

test("problems keep what the server says about fields, and survive a body that is none", () => {
  const problem = readProblem(422, '{"title":"t","detail":"d","errors":[{"field":"login","code":"taken","message":"m"},7]}');
  expect(problem).toMatchObject({ status: 422, title: "t", errors: [{ field: "login", code: "taken", message: "m" }] });
  expect(readProblem(502, "<html>")).toMatchObject({ status: 502, title: "", errors: [] });
});

test("every status has its next step, in both catalogues", () => {
  const keys = new Set([0, 400, 401, 403, 404, 409, 412, 413, 422, 429, 500, 503].map((status) => remedy(new Problem(status, "", ""))));
  for (const key of [...keys, remedy(new Error("x"))]) {
    const [, name = ""] = key.split(".");
    expect(zh.problem).toHaveProperty(name);
    expect(en.problem).toHaveProperty(name);
  }
});

test("a lock lasts as long as the server says", () => {
  expect(lockSeconds(readProblem(429, "{}", "30"))).toBe(30);
  expect(lockSeconds(readProblem(401, "{}", "30"))).toBeNull();
});

test("a short password and one with the login in it are refused before the server is asked", () => {
  expect(["short", "nine char", "my-name-is-WANG"].map((password) => isWeak("wang", password))).toEqual([true, true, true]);
  expect(["ten chars.", "nine green bottles"].map((password) => isWeak("wang", password))).toEqual([false, false]);
});

test("why a provider of identities let nobody in is a sentence, known or not", () => {
  expect(["", "?q=1", "?sign_on=denied", "?sign_on=else"].map(failedSignOn)).toEqual([null, null, "sign.reasons.denied", "sign.reasons.other"]);
  for (const reason of ["denied", "expired", "unknown", "disabled", "provider", "other"]) expect(en.sign.reasons).toHaveProperty(reason);
});

function shape(value: unknown): unknown {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shape(entry)])) : [...String(value).matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]).sort();
}

test("both catalogues have the same keys with the same places in them", () => {
  expect(shape(en)).toEqual(shape(zh));
});

/** Relative luminance of a colour such as `#0d1214`. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

test("text, states and levels are readable on every surface of both themes", () => {
  const css = readFileSync(new URL("../../palette.css", import.meta.url), "utf8");
  for (const shade of ["dark", "light"]) {
    const colour = readPalette(css, shade);
    for (const ground of ["ground", "tile", "raised"]) {
      for (const name of ["text", "text-soft", "text-faint", "link", "ready", "talking", "ringing", "hold", "wrap-up", "paused", "other-call", "not-responding", "offline", "warning", "critical", "good"]) {
        expect(contrast(colour(name), colour(ground)), `${shade}: ${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(colour("on-inverse"), colour("inverse"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour("control-line"), colour("tile"))).toBeGreaterThanOrEqual(3);
  }
});
