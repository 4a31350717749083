import { expect, test } from "vitest";
import type { Field, Resource } from "../src/api/meta.ts";
import type { QueueToday, Today } from "../src/api/today.ts";
import { figuresOf, queueOf, targetOf } from "../src/home/figures.ts";
import { firstSteps, openPages } from "../src/home/steps.ts";

const nothing: Today = { as_of: "2026-11-30T06:00:00.000Z", offered: 0, answered: 0, abandoned: 0, service_level: null, asa_ms: null, waiting: null, longest_waiting_ms: null, online: null, ready: null, queues: [] };
const cards: QueueToday = { queue: "card", title: "Cards", waiting: 2, waiting_past_target: 1, longest_waiting_ms: 72_000, agents_ready: 1, agents: 12, offered: null, service_level: null, target_ms: 20_000 };

test("a day without calls has dashes, never zero per cent; so has one that is not known yet", () => {
  const texts = (today: Today | undefined) => figuresOf(today, "zh").map((entry) => `${entry.name} ${entry.text} ${entry.aside}`.trim());
  expect(texts(nothing)).toEqual(["offered 0", "answered 0", "abandoned 0", "service_level –", "asa –", "waiting –", "online –"]);
  expect(texts(undefined)[0]).toBe("offered –");
});

test("figures are written as the walls write them", () => {
  const today: Today = { ...nothing, offered: 6627, answered: 6277, abandoned: 248, service_level: 0.8066, asa_ms: 14_700, waiting: 17, longest_waiting_ms: 108_000, online: 70, ready: 4 };
  expect(figuresOf(today, "zh").map((entry) => entry.text)).toEqual(["6,627", "6,277", "248", "80.7%", "14.7 秒", "17", "70"]);
  expect(figuresOf(today, "zh").map((entry) => entry.aside).slice(-2)).toEqual(["1:48", "4"]);
  expect(figuresOf({ ...today, asa_ms: 75_000 }, "en")[4]?.text).toBe("1:15");
});

test("a queue with somebody past the target stands out; one without a day has dashes", () => {
  expect(queueOf(cards)).toEqual({ id: "card", title: "Cards", waiting: "2", late: true, longest: "1:12", ready: "1 / 12", offered: "–", level: "–" });
  expect(queueOf({ ...cards, title: "", agents_ready: null, longest_waiting_ms: null, waiting_past_target: null })).toMatchObject({ title: "card", late: false, longest: "–", ready: "–" });
});

test("the target is named only where all queues have the same", () => {
  expect(targetOf([cards, { ...cards, queue: "loans" }])).toBe("20");
  expect(targetOf([cards, { ...cards, target_ms: 30_000 }])).toBeNull();
  expect(targetOf([cards, { ...cards, target_ms: null }])).toBeNull();
  expect(targetOf([])).toBeNull();
});

test("the first steps are those that somebody may take", () => {
  const fields: readonly Field[] = [];
  const resource = (path: string, write: boolean): Resource => ({ name: path, path, title: { zh: path, en: path }, group: "g", fields, features: { create: true }, rights: { read: true, write } });
  const menu = (...paths: string[]) => [{ name: "system", entries: paths.map((path) => ({ path, title: { zh: path, en: path } })) }];
  expect(firstSteps([resource("users", true), resource("skill-groups", false)], menu("sources", "users")).map((step) => step.name)).toEqual(["source", "users"]);
  expect(firstSteps([resource("users", false)], menu("articles"))).toEqual([]);
  expect(openPages([...menu("a", "b", "c"), ...menu("d")], 3).map((page) => page.path)).toEqual(["a", "d", "b"]);
});
