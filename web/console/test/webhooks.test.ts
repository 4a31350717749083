import { expect, test } from "vitest";
import { listens, toggled } from "../src/entity/web-hooks/events.ts";

test("a hook listens to what is checked, and to everything of a resource by one entry", () => {
  expect(listens(["customers.create"], "customers", "create")).toBe(true);
  expect(listens(["customers.create"], "customers", "delete")).toBe(false);
  expect(listens(["customers.create"], "customer", "create")).toBe(false);
  expect(listens(["customers.*"], "customers", "other")).toBe(true);
});

test("the last of a resource's deeds makes them one entry, and taking one makes them single again", () => {
  const three = ["lists.create", "customers.create", "customers.update", "customers.delete"];
  expect(toggled(three, "customers", "other", true)).toEqual(["lists.create", "customers.*"]);
  expect(toggled(["customers.*"], "customers", "delete", false)).toEqual(["customers.create", "customers.update", "customers.other"]);
  expect(toggled(["customers.create"], "customers", "create", false)).toEqual([]);
});
