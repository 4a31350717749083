import { expect, test } from "vitest";
import { figuresOf, queueOf } from "../src/home/question.ts";

test("a day without calls has dashes, never zero per cent", () => {
  const texts = figuresOf({ offered: 0, answered: 0, abandoned: 0, service_level: null, asa: null, waiting: null, longest: null, online: null, ready: null }, "zh").map((entry) => `${entry.name} ${entry.text} ${entry.aside}`.trim());
  expect(texts).toEqual(["offered 0", "answered 0", "abandoned 0", "service_level –", "asa –", "waiting –", "online – –"]);
});

test("figures are written as the walls write them", () => {
  const row = { offered: 6627, answered: 6277, abandoned: 248, service_level: 0.8066, asa: 14_700, waiting: 17, longest: 108_000, online: 70, ready: 4 };
  expect(figuresOf(row, "zh").map((entry) => entry.text)).toEqual(["6,627", "6,277", "248", "80.7%", "14.7 秒", "17", "70"]);
  expect(figuresOf(row, "zh").at(-2)?.aside).toBe("1:48");
  expect(figuresOf({ ...row, asa: 75_000 }, "en")[4]?.text).toBe("1:15");
});

test("a queue with somebody past the target stands out; one without a day has dashes", () => {
  const row = { queue: "card", title_zh: "信用卡", title_en: "Cards", waiting: 2, waiting_past_target: 1, longest: 72_000, ready: 1, agents: 12, offered: null, service_level: null };
  expect(queueOf(row, "en")).toEqual({ id: "card", title: "Cards", waiting: "2", late: true, longest: "1:12", ready: "1 / 12", offered: "–", level: "–" });
});
