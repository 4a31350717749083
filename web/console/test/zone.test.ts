import { expect, test } from "vitest";
import { carryCentre, centre, centreZone } from "../src/zone/centre.ts";
import { dayName, dayOf, instantOf, isZone, midnight, plusDays, sameClock, spansOf, timeOf, wallOf } from "../src/zone/zone.ts";

const at = (text: string): number => Date.parse(text);

test("a clock shows what its zone's clocks show, whatever the machine's do", () => {
  expect(wallOf(at("2026-11-30T16:05:09.900Z"), "Asia/Shanghai")).toBe("2026-12-01T00:05:09");
  expect(wallOf(at("2026-11-30T16:05:09Z"), "America/New_York")).toBe("2026-11-30T11:05:09");
  expect(wallOf(at("2026-11-30T18:15:00Z"), "Asia/Kathmandu")).toBe("2026-12-01T00:00:00");
  expect([dayOf(at("2026-12-31T16:00:00Z"), "Asia/Shanghai"), timeOf(at("2026-12-31T16:00:00Z"), "Asia/Shanghai")]).toEqual(["2027-01-01", "00:00:00"]);
  expect(dayName(at("2026-11-30T16:05:09Z"), "Asia/Shanghai", "en")).toBe("Tuesday 1 December");
});

test("what was typed comes back as it was, before, after and across a change of clocks", () => {
  const changes = [["Asia/Shanghai", "2026-12-31"], ["Europe/Berlin", "2026-03-29"], ["Europe/Berlin", "2026-10-25"], ["America/New_York", "2026-03-08"], ["America/New_York", "2026-11-01"], ["Australia/Lord_Howe", "2026-10-04"], ["Africa/Cairo", "2026-04-24"]] as const;
  for (const [zone, day] of changes) {
    for (let hour = -24; hour < 36; hour += 1) {
      const instant = at(`${day}T00:30:00Z`) + hour * 3_600_000;
      const wall = wallOf(instant, zone);
      const back = at(instantOf(wall, zone));
      expect(wallOf(back, zone), `${zone} ${wall}`).toBe(wall);
      // An hour that comes twice is its first one.
      expect([0, 3_600_000]).toContain(instant - back);
    }
  }
});

test("an hour that is left out becomes a later one, an hour that comes twice is its first", () => {
  expect(instantOf("2026-03-29T02:30:00", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
  expect(instantOf("2026-10-25T02:30:00", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
  expect(instantOf("2026-11-01T01:30:00", "America/New_York")).toBe("2026-11-01T05:30:00.000Z");
});

test("a day begins at its first instant, and may have 23 or 25 hours", () => {
  const hours = (day: string, zone: string): number => (at(midnight(plusDays(day, 1), zone)) - at(midnight(day, zone))) / 3_600_000;
  expect([hours("2026-03-29", "Europe/Berlin"), hours("2026-10-25", "Europe/Berlin"), hours("2026-03-29", "Asia/Shanghai")]).toEqual([23, 25, 24]);
  // Cairo's clocks leap from midnight to one.
  expect(midnight("2026-04-24", "Africa/Cairo")).toBe("2026-04-23T22:00:00.000Z");
  expect(midnight("2026-11-30", "Asia/Shanghai")).toBe("2026-11-29T16:00:00.000Z");
});

test("days by name reach back over months and years, and a week begins on Monday", () => {
  expect(spansOf("2027-01-03")).toEqual([["today", "2027-01-03", "2027-01-03"], ["yesterday", "2027-01-02", "2027-01-02"], ["week", "2026-12-28", "2027-01-03"], ["month", "2027-01-01", "2027-01-03"]]);
  expect(spansOf("2026-11-30")[2]).toEqual(["week", "2026-11-30", "2026-11-30"]);
});

test("zones of one clock are one, those that part in summer are not", () => {
  const now = at("2026-12-01T00:00:00Z");
  expect(sameClock("Asia/Shanghai", "Asia/Chongqing", now)).toBe(true);
  expect(sameClock("Europe/Berlin", "Africa/Lagos", now)).toBe(false);
  expect([isZone("Asia/Shanghai"), isZone("Bank/Main")]).toEqual([true, false]);
});

test("a server that names no zone, or one that the browser does not know, changes nothing", () => {
  const before = centre();
  carryCentre(undefined);
  carryCentre({ zone: "Bank/Main", title: null });
  expect(centre()).toEqual(before);
  carryCentre({ zone: "Pacific/Auckland", title: { zh: "奥克兰时间", en: "Auckland time" } });
  expect(centreZone()).toBe("Pacific/Auckland");
  carryCentre(before);
});
