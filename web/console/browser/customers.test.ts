import { expect, test } from "vitest";
import { api, BASE, exported, fill, forFile, go, importRows, newcomer, row, save, violations } from "./house.ts";

const signed = forFile();

async function made(name: string, phone: string): Promise<string> {
  const answer = await api(signed(), "POST", "/customers", { name, phones: [phone] });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return String(answer.body["id"]);
}

test("a customer is created, found by the end of the number, edited with own fields, and deleted", async () => {
  const page = signed();
  await api(page, "POST", "/customer-fields", { name: "anniversary", kind: "date", title_zh: "纪念日", title_en: "Anniversary", position: 90 });
  await go(page, "/customers");
  await page.locator(".tools .ant-btn-primary").click();
  await save(page);
  await page.locator(".ant-form-item-explain-error").first().waitFor();
  await fill(page, "姓名", "测试客户甲");
  await page.locator(".ant-drawer").getByLabel("电话", { exact: true }).fill("13866660001");
  await page.keyboard.press("Enter");
  await save(page);
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });

  await page.locator("body").press("/");
  await page.keyboard.type("66660001");
  await page.keyboard.press("Enter");
  await row(page, "测试客户甲").click();
  await page.waitForURL(/\/customers\/[0-9a-f-]+$/);
  await page.locator(".person-head").waitFor();

  await page.locator(".record-head .tools .ant-btn-primary").click();
  await fill(page, "单位", "云帆测试");
  await page.locator(".ant-drawer").getByLabel("纪念日").fill("2020-05-01");
  await page.keyboard.press("Enter");
  await save(page);
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });
  const fields = page.locator("dl.fields").first();
  await fields.getByText("云帆测试").waitFor();
  await expect.poll(() => fields.innerText()).toContain("2020-05-01");
  expect(await violations(page)).toEqual([]);

  await page.locator(".record-head .row-button").click();
  await page.getByRole("menuitem", { name: "删除" }).click();
  await page.locator(".ant-modal .ant-btn-dangerous").click();
  await page.waitForURL(/\/console\/customers$/);
});

test("what was done with a customer stands on the page: a follow-up, an appointment that is done from the home page", async () => {
  const page = signed();
  const id = await made("测试客户乙", "13866660002");
  await go(page, `/customers/${id}?tab=follow-ups`);
  await page.locator("[data-related=follow-ups]").getByRole("button", { name: "新建跟进记录" }).click();
  await fill(page, "内容", "已说明还款方式");
  await save(page);
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });
  await page.getByRole("tab", { name: "动态" }).click();
  await page.locator(".story").getByText("已说明还款方式").waitFor();

  const { body } = await api(page, "GET", "/session");
  const me = (body["user"] as { id: string }).id;
  const soon = new Date(Date.now() - 60_000).toISOString();
  expect((await api(page, "POST", "/appointments", { customer_id: id, subject: "回电确认额度", at: soon, user_id: me })).status).toBe(201);
  await go(page, "/");
  const due = page.locator("[data-agenda=appointments] li", { hasText: "回电确认额度" });
  await due.getByRole("button").click();
  await due.waitFor({ state: "detached" });
  expect(await violations(page)).toEqual([]);
});

test("a customer goes back to the pool, is taken, handed over with a reason, and merged", async () => {
  const page = signed();
  const id = await made("测试客户丙", "13866660003");
  await made("测试客户丙二", "13866660004");
  await go(page, `/customers/${id}`);
  const tools = page.locator(".record-head .tools");
  const head = page.locator(".person-head");
  if (await tools.getByRole("button", { name: "退回公共池" }).count()) {
    await tools.getByRole("button", { name: "退回公共池" }).click();
    await page.locator(".ant-modal .ant-btn-primary").click();
  }
  await head.getByText("公共池").waitFor();
  await tools.getByRole("button", { name: "领取" }).click();
  await head.getByText("所有人").waitFor();

  await tools.getByRole("button", { name: "转移" }).click();
  const dialog = page.locator(".ant-modal");
  await dialog.locator(".ant-btn-primary").click();
  await dialog.locator(".ant-form-item-explain-error").first().waitFor();
  await dialog.getByLabel("新所有人").fill("admin");
  await page.locator(".ant-select-item-option").first().click();
  await dialog.getByLabel("原因").fill("换组");
  expect(await violations(page)).toEqual([]);
  await dialog.locator(".ant-btn-primary").click();
  await dialog.waitFor({ state: "hidden" });

  await tools.getByRole("button", { name: "合并" }).click();
  await page.locator(".ant-modal").getByLabel("另一条记录").fill("测试客户丙二");
  await page.locator(".ant-select-item-option", { hasText: "测试客户丙二" }).click();
  await page.locator(".ant-modal .ant-btn-dangerous").click();
  await head.getByText("13866660004").waitFor();
  expect((await api(page, "GET", "/customers?q=测试客户丙二")).body["items"]).toEqual([]);
});

test("many customers are chosen with a range and handed over at once; who was refused is told and stays chosen", async () => {
  const page = signed();
  const ids = [await made("成批客户1", "13866662001"), await made("成批客户2", "13866662002"), await made("成批客户3", "13866662003"), await made("成批客户4", "13866662004")];
  const person = await api(page, "POST", "/users", { login: "batch", name: "接手人", password: "one time password 7" });
  expect(person.status, JSON.stringify(person.body)).toBe(201);
  await go(page, "/customers?q=成批客户&sort=name&columns=name,owner_id");
  await expect.poll(() => page.locator("tr[data-row]").count()).toBe(4);
  const box = (name: string) => page.getByRole("checkbox", { name: `选择${name}` });
  await box("成批客户1").click();
  await box("成批客户3").click({ modifiers: ["Shift"] });
  const bulk = page.locator(".bulk");
  await bulk.getByText("已选 3 个客户").waitFor();
  // The keyboard does the same.
  await row(page, "成批客户3").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press(" ");
  await bulk.getByText("已选 4 个客户").waitFor();
  expect(await violations(page)).toEqual([]);

  // One of them is deleted by somebody else meanwhile.
  expect((await api(page, "DELETE", `/customers/${ids[1] ?? ""}`, undefined, { "if-match": '"1"' })).status).toBe(204);
  await bulk.getByRole("button", { name: "转移" }).click();
  const dialog = page.locator(".ant-modal");
  await dialog.getByLabel("新所有人").fill("接手人");
  await page.locator(".ant-select-item-option", { hasText: "接手人" }).click();
  await dialog.getByLabel("原因").fill("批量换组");
  await dialog.locator(".ant-btn-primary").click();
  await dialog.waitFor({ state: "hidden" });
  await bulk.getByText("已完成 3 个，1 个被拒绝").waitFor();
  await expect.poll(() => bulk.locator(".bulk-refused").innerText()).toContain("成批客户2");
  await bulk.getByText("已选 1 个客户").waitFor();
  await expect.poll(() => page.locator("tr[data-row]", { hasText: "接手人" }).count()).toBe(3);
  await bulk.getByRole("button", { name: "取消选择" }).click();
  await bulk.waitFor({ state: "detached" });

  // A whole page goes back to the pool, and is taken.
  await page.getByRole("checkbox", { name: "选择本页" }).click();
  await bulk.getByText("已选 3 个客户").waitFor();
  await bulk.getByRole("button", { name: "退回公共池" }).click();
  await page.locator(".ant-modal .ant-btn-primary").click();
  await bulk.waitFor({ state: "detached" });
  await expect.poll(() => page.locator("tr[data-row]", { hasText: "接手人" }).count()).toBe(0);
  await page.getByRole("checkbox", { name: "选择本页" }).click();
  await bulk.getByRole("button", { name: "领取" }).click();
  await bulk.waitFor({ state: "detached" });
  const me = ((await api(page, "GET", "/session")).body["user"] as { id: string }).id;
  expect((await api(page, "GET", `/customers?q=成批客户&owner_id=${me}`)).body["items"]).toHaveLength(3);
});

test("customers are imported from a file and exported as the list shows them", async () => {
  const page = signed();
  await go(page, "/customers");
  await page.locator(".tools").getByRole("button", { name: "导入" }).click();
  await importRows(page, "姓名,电话\n导入客户一,13866661001\n导入客户二,13866661002\n");
  await page.locator("[data-import=done]").waitFor();
  await page.locator(".ant-modal-footer .ant-btn-primary").click();
  await go(page, "/customers?q=导入客户&sort=name&columns=name,phones");
  await expect.poll(() => page.locator("tr[data-row]").count()).toBe(2);
  const text = await exported(page, "CSV");
  expect(text.trim().split("\n")).toHaveLength(3);
  expect(text).toContain("13866661002");
});

test("whoever may only read customers sees no way to change them, and the server refuses as well", async () => {
  const page = signed();
  const id = await made("测试客户丁", "13866660005");
  const role = await api(page, "POST", "/roles", { name: "只看客户", rights: ["customers.read"], scope: "all" });
  const viewer = await newcomer(page, "viewer", role.body["id"]);
  await go(viewer.page, `/customers/${id}`);
  await expect.poll(() => viewer.page.locator(".record-head .tools .ant-btn").count()).toBe(0);
  await expect.poll(() => viewer.page.locator(".person-head").innerText()).not.toContain("13866660005");
  await go(viewer.page, "/customers");
  await expect.poll(() => viewer.page.locator(".tools .ant-btn-primary").count()).toBe(0);
  for (const [method, path] of [["POST", "/customers"], ["PATCH", `/customers/${id}`], ["DELETE", `/customers/${id}`], ["GET", "/customers/export?format=csv"], ["POST", `/customers/${id}/claim`]] as const) {
    expect((await api(viewer.page, method, path, method === "GET" ? undefined : {}, { "if-match": '"1"' })).status, `${method} ${path}`).toBe(403);
  }
  expect(viewer.faults).toEqual([]);
  await viewer.context.close();
});

test("a number that nobody knows opens a new customer who has it already", async () => {
  const page = signed();
  const { body } = await api(page, "GET", "/screen-pop?number=13899998888");
  await page.goto(`${BASE}${String(body["url"])}`);
  await page.locator(".ant-drawer").getByText("13899998888").waitFor();
  await fill(page, "姓名", "来电客户");
  await save(page);
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });
  await expect.poll(async () => (await api(page, "GET", "/customers?q=来电客户")).body["items"]).toMatchObject([{ phones: ["13899998888"] }]);
});

test("customers of the pool are those that nobody has", async () => {
  const page = signed();
  await go(page, "/customers");
  await page.locator(".filter", { hasText: "所有人" }).locator("input").click();
  await page.locator(".ant-select-item-option", { hasText: "（无）" }).click();
  await page.getByRole("button", { name: "查询" }).click();
  await page.waitForURL(/owner_id=-/);
  const pool = await api(page, "GET", "/customers?owner_id=&count=true");
  const all = await api(page, "GET", "/customers?count=true");
  expect(Number(pool.body["total"])).toBeLessThan(Number(all.body["total"]));
  await expect.poll(async () => Number((await page.locator(".list-total").innerText()).replace(/\D/g, ""))).toBe(pool.body["total"]);
});
