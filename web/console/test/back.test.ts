import { expect, test } from "vitest";
import { back } from "../src/session/back.ts";

test("only a wall is gone back to", () => {
  expect(back("?to=%2Fwall%2Fservice")).toBe("/wall/service");
  expect(back("?to=/")).toBe("/");
  for (const search of ["", "?to=//evil.example", "?to=https://evil.example", "?to=/wall/..%2Fx", "?to=/wall/a%26b", "?to=javascript:alert(1)", "?to=/console/"]) expect(back(search)).toBeNull();
});
