import { expect, test } from "vitest";
import type { Resource } from "../src/api/meta.ts";
import { mayMoveMany } from "../src/entity/customers/rights.ts";
import { choosePage, chooseRow, pageState } from "../src/view/choosing.ts";

const keys = ["a", "b", "c", "d", "e"];

test("a click chooses a row and takes it back", () => {
  expect([...chooseRow(new Set(), keys, 1, null, false)]).toEqual(["b"]);
  expect([...chooseRow(new Set(["b", "x"]), keys, 1, 3, false)]).toEqual(["x"]);
  expect([...chooseRow(new Set(["b"]), keys, 9, null, false)]).toEqual(["b"]);
});

test("with shift all rows from the one before become what this one becomes, in either direction", () => {
  expect([...chooseRow(new Set(["b"]), keys, 3, 1, true)]).toEqual(["b", "c", "d"]);
  expect([...chooseRow(new Set(keys), keys, 1, 3, true)]).toEqual(["a", "e"]);
  expect([...chooseRow(new Set(), keys, 2, null, true)]).toEqual(["c"]);
  // The page is shorter now than where one clicked before.
  expect([...chooseRow(new Set(), keys, 0, 7, true)]).toEqual(["a"]);
});

test("a page is chosen whole or not at all, and other pages keep what was chosen there", () => {
  expect([...choosePage(new Set(["x", "b"]), keys)]).toEqual(["x", "b", "a", "c", "d", "e"]);
  expect([...choosePage(new Set(["x", ...keys]), keys)]).toEqual(["x"]);
  expect([pageState(new Set(), keys), pageState(new Set(["a"]), keys), pageState(new Set(keys), keys), pageState(new Set(), [])]).toEqual(["none", "some", "all", "none"]);
});

test("customers are chosen by those who may move them", () => {
  const resource = (write: boolean): Resource => ({ name: "customers", path: "customers", title: { zh: "", en: "" }, group: "customers", fields: [], features: { edit: true }, rights: { write } });
  expect([mayMoveMany(resource(true), []), mayMoveMany(resource(false), ["customers.transfer"]), mayMoveMany(resource(false), ["*"]), mayMoveMany(resource(false), ["customers.read"])]).toEqual([true, true, true, false]);
});
