import { expect, test } from "vitest";
import { api, exported, fill, forFile, go, importRows, row, save, violations } from "./house.ts";

const signed = forFile();

test("a user is created, found, edited, disabled, enabled again by undo, and deleted", async () => {
  const page = signed();
  await go(page, "/users");
  await page.locator(".tools .ant-btn-primary").click();
  await save(page);
  await expect.poll(() => page.locator(".ant-form-item-explain-error").count()).toBeGreaterThanOrEqual(2);
  await fill(page, "用户名", "wujianing");
  await fill(page, "姓名", "吴佳宁");
  await fill(page, "工号", "8010");
  await save(page);
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });

  await page.locator("body").press("/");
  await page.keyboard.type("吴佳宁");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=/);
  await page.waitForFunction(() => document.querySelectorAll("tr[data-row]").length === 1);
  await row(page, "wujianing").waitFor();

  await row(page, "wujianing").focus();
  await page.keyboard.press("e");
  await fill(page, "姓名", "吴佳宁（一组）");
  await page.keyboard.press("Control+Enter");
  await row(page, "吴佳宁（一组）").waitFor();

  await row(page, "wujianing").locator(".row-button").click();
  await page.getByRole("menuitem", { name: "停用" }).click();
  await page.locator("tr.muted", { hasText: "wujianing" }).waitFor();
  await page.getByRole("button", { name: "撤销" }).click();
  await page.locator("tr[data-row]:not(.muted)", { hasText: "wujianing" }).waitFor();

  await row(page, "wujianing").focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/users\/[0-9a-f-]+$/);
  await page.locator("[data-panel=trail] li").nth(3).waitFor();
  await expect.poll(() => page.locator("[data-panel=trail]").innerText()).toContain("吴佳宁（一组）");
  expect(await violations(page)).toEqual([]);

  await page.locator(".record-head .row-button").click();
  await page.getByRole("menuitem", { name: "删除" }).click();
  await page.locator(".ant-modal .ant-btn-dangerous").click();
  await page.waitForURL(/\/console\/users$/);
});

test("the server's word on a field stands at the field", async () => {
  const page = signed();
  await go(page, "/users?open=new");
  await fill(page, "用户名", "admin");
  await fill(page, "姓名", "另一个");
  await save(page);
  const item = page.locator(".ant-form-item", { hasText: "用户名" });
  await item.locator(".ant-form-item-explain-error").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".ant-modal .ant-btn-primary").click();
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });
});

test("somebody else's change is shown before it is overwritten", async () => {
  const page = signed();
  const made = await api(page, "POST", "/user-groups", { name: "一组" });
  expect(made.status).toBe(201);
  const id = String(made.body["id"]);
  await go(page, `/user-groups?at=${id}&open=${id}`);
  await fill(page, "名称", "一组（北京）");
  expect((await api(page, "PATCH", `/user-groups/${id}`, { name: "一组（合肥）", position: 5 }, { "if-match": '"1"' })).status).toBe(200);
  await save(page);
  const clash = page.locator("[data-clash]");
  await clash.waitFor();
  await expect.poll(() => clash.innerText()).toContain("一组（合肥）");
  await expect.poll(() => clash.innerText()).toContain("一组（北京）");
  await page.locator(".ant-modal .ant-btn-primary").click();
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });
  expect((await api(page, "GET", `/user-groups/${id}`)).body).toMatchObject({ name: "一组（北京）", position: 5 });
  await page.getByRole("treeitem", { name: "一组（北京）" }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test("every state of a list is in its address", async () => {
  const page = signed();
  for (let number = 0; number < 25; number += 1) await api(page, "POST", "/users", { login: `link${String(number).padStart(2, "0")}`, name: `链接${number}`, enabled: number % 2 === 0 });
  await go(page, "/users?q=link&sort=-login&limit=20&enabled=true&columns=login,name");
  await expect.poll(() => page.locator("tr[data-row]").first().innerText()).toContain("link24");
  await expect.poll(() => page.locator("tr[data-row]").count()).toBe(13);
  await expect.poll(() => page.locator(".grid thead th").count()).toBe(3);
  await go(page, "/users?q=link&sort=login&limit=20");
  await page.getByRole("button", { name: "下一页" }).click();
  await page.waitForURL(/cursor=/);
  await page.waitForFunction(() => document.querySelectorAll("tr[data-row]").length === 5);
  const second = page.url();
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("tr[data-row]").length === 20);
  await page.goto(second);
  await page.waitForFunction(() => document.querySelectorAll("tr[data-row]").length === 5);
  await page.getByRole("button", { name: "重置" }).click();
  await page.waitForURL((url) => url.search === "?limit=20");
});

test("an export has the rows and columns of the list", async () => {
  const page = signed();
  await go(page, "/users?q=link0&sort=login&columns=login,name");
  expect(await exported(page, "XLSX")).toMatch(/^PK/);
  const text = await exported(page, "CSV");
  expect(text).toContain("link00");
  expect(text.trim().split("\n")).toHaveLength(11);
});

test("an import says row by row what is wrong, writes nothing then, and all of it when it is right", async () => {
  const page = signed();
  await go(page, "/users");
  await page.locator(".tools").getByRole("button", { name: "导入" }).click();
  expect(await violations(page)).toEqual([]);
  await importRows(page, "用户名,姓名\nimport1,导入一\nadmin,重复\nimport2,\n");
  await page.locator("[data-import=failed]").waitFor();
  await expect.poll(() => page.locator(".import-errors tbody tr").count()).toBe(2);
  await page.getByRole("button", { name: "换一个文件" }).click();
  await importRows(page, "用户名,姓名\nimport1,导入一\nimport2,导入二\n");
  await page.locator("[data-import=done]").waitFor();
  await page.locator(".ant-modal-footer .ant-btn-primary").click();
  await go(page, "/users?q=import");
  await expect.poll(() => page.locator("tr[data-row]").count()).toBe(2);
});
