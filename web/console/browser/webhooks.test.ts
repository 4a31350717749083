import { expect, test } from "vitest";
import { api, fill, forFile, go, row, save, violations } from "./house.ts";

const signed = forFile();
/** A resolver may say so at once, or not at all. */
const UNREACHABLE = /域名无法解析|响应超时/;

test("an address that leads inside is refused at its field; a web hook is made, signs, and is switched off", async () => {
  const page = signed();
  await go(page, "/web-hooks?open=new");
  await fill(page, "名称", "对接系统");
  await fill(page, "网址", "https://169.254.169.254/latest/meta-data/");
  await page.getByRole("checkbox", { name: "用户组: 新建" }).check();
  expect(await violations(page)).toEqual([]);
  await save(page);
  await expect.poll(() => page.locator(".ant-form-item-explain-error").allInnerTexts()).toEqual([expect.stringContaining("内部网络")]);
  await fill(page, "网址", "https://hooks.example/in/a-key-of-ours");
  await save(page);
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });

  await row(page, "对接系统").click();
  await page.getByText("https://hooks.example/…").first().waitFor();
  expect(await page.getByText("a-key-of-ours").count()).toBe(0);
  await page.getByRole("button", { name: "生成签名密钥" }).click();
  await page.locator(".ant-modal .ant-btn-primary").click();
  expect((await page.locator("[data-secret]").innerText()).trim()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  await page.locator(".ant-modal-confirm .ant-btn-primary").click();
  // A name that nobody knows: the test says so instead of pretending.
  await page.getByRole("button", { name: "发送测试" }).click();
  await page.locator(".ant-message-error", { hasText: UNREACHABLE }).waitFor();

  expect((await api(page, "POST", "/user-groups", { name: "事件来源" })).status).toBe(201);
  const deliveries = page.locator("[data-related=web-hook-deliveries]");
  await expect
    .poll(async () => {
      await deliveries.getByRole("button", { name: "刷新" }).click();
      return deliveries.locator("tr[data-row]", { hasText: "user_groups.create" }).allInnerTexts();
    })
    .toEqual([expect.stringMatching(UNREACHABLE)]);
  expect(await violations(page)).toEqual([]);
  await deliveries.locator("tr[data-row]").first().focus();
  await page.keyboard.press("Enter");
  await page.locator("[data-related=web-hook-attempts] tr[data-row]").first().waitFor();
  await page.keyboard.press("Escape");
  await deliveries.getByRole("button", { name: "放弃: user_groups.create" }).click();
  await deliveries.getByText("已放弃", { exact: true }).waitFor();

  await page.getByRole("button", { name: "操作: 对接系统" }).click();
  await page.getByRole("menuitem", { name: "停用" }).click();
  await expect.poll(async () => ((await api(page, "GET", "/web-hooks?name=对接系统")).body["items"] as { enabled: boolean }[])[0]?.enabled).toBe(false);
});
