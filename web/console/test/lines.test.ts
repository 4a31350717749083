import { expect, test } from "vitest";
import { isLong } from "../src/view/difference.ts";
import type { Line } from "../src/view/lines.ts";
import { lineDifference, stretches } from "../src/view/lines.ts";

const shown = (lines: readonly Line[]) => lines.map((line) => `${line.how} ${line.pieces?.map((piece) => (piece.changed ? `[${piece.text}]` : piece.text)).join("") ?? line.text}`);

test("a difference keeps the lines that both have", () => {
  expect(shown(lineDifference("a\nb\nc", "a\nx\nc\nd"))).toEqual(["same a", "removed b", "added x", "same c", "added d"]);
  expect(lineDifference("a", "a").every((line) => line.how === "same")).toBe(true);
  expect(shown(lineDifference("", "a\nb"))).toEqual(["added a", "added b"]);
});

test("a line that was changed says in which words, one that was replaced does not", () => {
  expect(shown(lineDifference("每日两次投递。", "每日三次投递。"))).toEqual(["removed 每日[两]次投递。", "added 每日[三]次投递。"]);
  expect(shown(lineDifference("call the customer back", "call the customer again"))).toEqual(["removed call the customer [back]", "added call the customer [again]"]);
  expect(shown(lineDifference("one two three", "something else entirely"))).toEqual(["removed one two three", "added something else entirely"]);
});

test("long unchanged stretches are folded, lines beside a change are not", () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const found = stretches(lineDifference(before.join("\n"), before.map((line, index) => (index === 10 ? "other" : line)).join("\n")));
  expect(found.map((stretch) => [stretch.folded, stretch.lines.length])).toEqual([[true, 8], [false, 6], [true, 7]]);
  const near = stretches(lineDifference("a\nb\nc\nd\ne", "a\nb\nc\nd\nx"));
  expect(near.some((stretch) => stretch.folded)).toBe(false);
});

test("a text of several lines is compared by lines, a word is not", () => {
  expect(isLong({ name: "body", before: null, after: "a\nb" })).toBe(true);
  expect(isLong({ name: "title", before: "a", after: "b" })).toBe(false);
  expect(isLong({ name: "tags", before: ["a\nb"], after: null })).toBe(false);
});
