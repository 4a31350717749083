import { expect, test } from "vitest";
import type { Field, Resource } from "../src/api/meta.ts";
import { display, displayValue, duration, figure, instant, labelOf, nameOf } from "../src/resource/values.ts";
import { outline } from "../src/view/wave.ts";

const field = (kind: string, more: Partial<Field> = {}): Field => ({ name: "f", kind, title: { zh: "", en: "" }, ...more });
const row = { id: "1", version: 1 };

test("instants are short within their year", () => {
  const at = "2026-11-18T06:32:07.000Z";
  expect(instant(at, "Asia/Shanghai", new Date(at))).toBe("11-18 14:32:07");
  expect(instant(at, "America/New_York", new Date(at))).toBe("11-18 01:32:07");
  // The year is the zone's: in Shanghai it is 2027 already.
  const eve = new Date("2026-12-31T20:00:00.000Z");
  expect([instant(at, "Asia/Shanghai", eve), instant(at, "America/New_York", eve)]).toEqual(["2026-11-18 14:32:07", "11-18 01:32:07"]);
  expect(instant("soon")).toBe("soon");
});

test("durations and figures are written as on the wall", () => {
  expect([duration(0), duration(108_000), duration(17_122_000)]).toEqual(["0:00", "1:48", "4:45:22"]);
  expect([figure(6627), figure(-3.5, 1)]).toEqual(["6,627", "−3.5"]);
});

test("a label of the server stands for the id beside it", () => {
  expect(labelOf({ ...row, f: "9", f_label: "一组" }, field("reference"))).toBe("一组");
  expect(display({ ...row, f: ["1", "2"], f_label: ["甲", "乙"] }, field("references"), "zh", "是", "否")).toBe("甲、乙");
});

test("a row with a title in each language is called by the reader's", () => {
  const fields = [field("code"), { ...field("text"), name: "title_zh" }, { ...field("text"), name: "title_en" }];
  const resource: Resource = { name: "r", path: "r", title: { zh: "", en: "" }, group: "", label: "title_zh", fields, features: {}, rights: {} };
  const tea = { ...row, title_zh: "茶歇", title_en: "Tea" };
  expect([nameOf(resource, tea, "zh"), nameOf(resource, tea, "en"), nameOf(resource, { ...tea, title_en: "" }, "en")]).toEqual(["茶歇", "Tea", "1"]);
});

test("every kind has its words", () => {
  const options = [{ value: "black", title: { zh: "黑名单", en: "Black" } }];
  expect(displayValue("black", field("choice", { options }), "en", "Yes", "No")).toBe("Black");
  expect(displayValue(false, field("bool"), "zh", "是", "否")).toBe("否");
  expect(displayValue(null, field("text"), "zh", "是", "否")).toBe("–");
  expect(displayValue("12.5", field("money"), "zh", "是", "否")).toBe("12.50");
  expect(displayValue(["a", "b"], field("list"), "en", "Yes", "No")).toBe("a, b");
});

test("a waveform is one closed outline, silence a line", () => {
  expect(outline([], 0)).toBe("");
  expect(outline([255, 0], 1)).toBe("M0.0 50.0L500.0 71.5L500.0 72.5L0.0 94.0Z");
});
