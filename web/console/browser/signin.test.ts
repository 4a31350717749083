import { afterAll, expect, test } from "vitest";
import { administrator, api, BASE, close, go, PASSWORD, signIn, violations, visitor } from "./house.ts";

afterAll(close);

test("a wrong password is refused in the language of the page, and the right one opens the page that was asked for", async () => {
  await (await administrator()).context.close();
  const { page, context, faults } = await visitor("en");
  await page.goto(`${BASE}/console/users?q=admin`);
  await signIn(page, "admin", "not the password");
  await expect.poll(() => page.locator(".refusal").innerText()).toMatch(/password/i);
  expect(await violations(page)).toEqual([]);
  await signIn(page, "admin", PASSWORD);
  await page.locator("tr[data-row]").first().waitFor();
  expect(page.url()).toContain("/console/users?q=admin");
  expect(faults).toEqual([]);
  await context.close();
});

test("a session that ends while somebody works is renewed above the page, and what was typed is still there", async () => {
  const { page, context, faults } = await administrator("zh", "light", true);
  await go(page, "/users?open=new");
  await page.locator(".ant-drawer").getByLabel("姓名", { exact: true }).fill("未保存");
  await context.clearCookies();
  await page.locator(".ant-drawer").getByLabel("用户名", { exact: true }).fill("unsaved");
  await page.locator(".ant-drawer-footer .ant-btn-primary").click();
  await page.locator(".ant-modal").getByText("会话已结束").waitFor();
  await page.locator(".ant-modal input[autocomplete=current-password]").fill(PASSWORD);
  await page.locator(".ant-modal button[type=submit]").click();
  await page.locator(".ant-modal").waitFor({ state: "hidden" });
  await expect.poll(() => page.locator(".ant-drawer").getByLabel("姓名", { exact: true }).inputValue()).toBe("未保存");
  expect(faults).toEqual([]);
  await context.close();
});

test("somebody sees their own sessions and ends another one; signing out ends this one", async () => {
  const other = await administrator("zh", "light", true);
  const { page, context, faults } = await administrator("zh", "light", true);
  await go(page, "/profile");
  const before = await page.locator(".profile tbody tr").count();
  expect(before).toBeGreaterThanOrEqual(2);
  expect(await violations(page)).toEqual([]);
  await page.locator(".profile tbody tr", { has: page.locator("button") }).first().locator("button").click();
  await page.waitForFunction((count) => document.querySelectorAll(".profile tbody tr").length < count, before);
  await page.locator("button.user").click();
  await page.getByText("退出登录").click();
  await page.locator(".sign-card").waitFor();
  expect((await page.evaluate(() => fetch("/api/v1/session").then((answer) => answer.status)))).toBe(401);
  expect(faults).toEqual([]);
  await other.context.close();
  await context.close();
});

test("language and theme change at once and are kept", async () => {
  const { page, context } = await administrator();
  await go(page, "/users");
  await page.locator("button.user").click();
  await page.getByText("English").click();
  await page.locator("h1", { hasText: "Users" }).waitFor();
  await page.locator("button.user").click();
  await page.getByText("Dark", { exact: true }).click();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
  await page.reload();
  await page.locator("h1", { hasText: "Users" }).waitFor();
  await expect.poll(() => page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset["theme"]])).toEqual(["en", "dark"]);
  await api(page, "PATCH", "/profile", { language: "zh", theme: "system" });
  await context.close();
});
