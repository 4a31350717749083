import { expect, test } from "vitest";
import { named } from "../src/entity/calls/names.ts";

test("a call carries names beside its codes, and codes where there is no name", () => {
  const names = { queue: (code: string) => ({ cards: "信用卡" })[code] ?? code, agent: (code: string) => code };
  expect(named({ call: "1", queue: "cards", agent: "8001" }, names)).toMatchObject({ queue: "cards", queue_label: "信用卡", agent_label: "8001" });
  expect(named({ call: "2", queue: null, agent: "" }, names)).toMatchObject({ queue_label: null, agent_label: null });
});
