import { expect, test } from "vitest";
import { api, fill, forFile, go, save, violations } from "./house.ts";

const signed = forFile();

test("an article is written beside its picture, published, found by its words, and an old version comes back", async () => {
  const page = signed();
  const node = await api(page, "POST", "/knowledge-nodes", { name: "浏览器试验" });
  await go(page, `/articles?node=${String(node.body["id"])}&open=new`);
  await fill(page, "标题", "信鸽投递规程");
  await page.locator(".ant-drawer textarea").fill("# 信鸽\n\n每日 **两次** 投递。\n\n[说明](https://example.com/)");
  await page.locator(".preview strong", { hasText: "两次" }).waitFor();
  await save(page);
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });
  await page.getByRole("link", { name: "信鸽投递规程" }).click();
  await page.locator(".article h1", { hasText: "信鸽" }).waitFor();
  await page.getByRole("button", { name: "发布" }).click();
  await page.getByRole("button", { name: "撤回" }).waitFor();

  await page.getByRole("button", { name: "编辑" }).click();
  await page.locator(".ant-drawer textarea").fill("# 信鸽\n\n每日 **三次** 投递。");
  await save(page);
  // The drawer's preview shows the same words: the page has them for sure when it is gone.
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });
  await page.locator(".article strong", { hasText: "三次" }).waitFor();
  await page.locator("[data-panel=versions]").getByRole("button").last().click();
  await page.locator(".ant-modal .line-removed", { hasText: "两次" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.locator(".ant-modal .ant-btn-primary").click();
  await page.locator(".article strong", { hasText: "两次" }).waitFor();

  await page.locator("[data-panel=attachments] input[type=file]").setInputFiles({ name: "航线.txt", mimeType: "text/plain", buffer: Buffer.from("东南") });
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "航线.txt" }).click();
  expect((await download).suggestedFilename()).toBe("航线.txt");

  await go(page, "/articles");
  await page.locator("body").press("/");
  await page.keyboard.type("信鸽");
  await page.keyboard.press("Enter");
  await page.locator("mark", { hasText: "信鸽" }).first().waitFor();
  expect(await violations(page)).toEqual([]);
});

test("what would run in a page is refused, and never shown", async () => {
  const page = signed();
  const node = await api(page, "POST", "/knowledge-nodes", { name: "注入试验" });
  await go(page, `/articles?node=${String(node.body["id"])}&open=new`);
  await fill(page, "标题", "注入");
  await page.locator(".ant-drawer textarea").fill("<img src=x onerror=alert(1)> [x](javascript:alert(1))");
  await page.locator(".preview .article").waitFor();
  expect(await page.locator(".preview").evaluate((preview) => [preview.querySelector("[onerror]"), preview.querySelector("a[href^=javascript]")])).toEqual([null, null]);
  await save(page);
  await page.locator(".ant-form-item", { hasText: "正文" }).locator(".ant-form-item-explain-error").waitFor();
});

test("today's figures stand on the home page, with each queue", async () => {
  const page = signed();
  await go(page, "/");
  await page.locator("[data-queues] tbody tr").first().waitFor();
  await expect.poll(() => page.locator("[data-today] dd").first().innerText()).toMatch(/\d/);
});

test("a bulletin stands on the home page until it was read", async () => {
  const page = signed();
  expect((await api(page, "POST", "/bulletins", { title: "今晚演练", body: "**22:00** 开始", level: "warning" })).status).toBe(201);
  await go(page, "/");
  const item = page.locator("[data-bulletins] li", { hasText: "今晚演练" });
  await item.locator("strong", { hasText: "22:00" }).waitFor();
  await item.getByRole("button", { name: "知道了" }).click();
  await page.locator("[data-bulletins] li.was-read", { hasText: "今晚演练" }).waitFor();
});

test("a week is filled in by day and kept as spans", async () => {
  const page = signed();
  await go(page, "/business-hours?open=new");
  await fill(page, "名称", "夜班");
  const drawer = page.locator(".ant-drawer");
  await drawer.getByRole("button", { name: "添加时段: 周一" }).click();
  await drawer.getByLabel("周一开始").fill("2200");
  await drawer.getByLabel("周一结束").fill("2:00");
  await drawer.getByRole("button", { name: "周一至周五同周一" }).click();
  await save(page);
  await drawer.waitFor({ state: "hidden" });
  const { body } = await api(page, "GET", "/business-hours?name=夜班");
  expect((body["items"] as { week: unknown }[])[0]?.week).toEqual([{ days: [1, 2, 3, 4, 5], from: "22:00", to: "02:00" }]);
});
