import { expect, test } from "vitest";
import { api, BASE, forFile, go, row, violations, visitor } from "./house.ts";

const signed = forFile();
/** One grey pixel. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", "base64");

test("a message is heard, handled with what was said on calling back, and taken up again", async () => {
  const page = signed();
  await go(page, "/voicemail?state=new&sort=-left_at");
  await page.locator("tr[data-row]").first().click();
  await page.locator("[data-player] .wave").waitFor();
  await page.locator("audio").evaluate((audio: HTMLAudioElement) => {
    audio.muted = true;
    return audio.play();
  });
  await page.waitForFunction(() => (document.querySelector("audio")?.currentTime ?? 0) > 0.2);
  await page.locator("dl.fields").getByText("已听").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "处理完成" }).click();
  await page.locator(".ant-modal textarea").fill("已回电，客户满意");
  await page.locator(".ant-modal .ant-btn-primary").click();
  await page.locator("dl.fields").getByText("已回电，客户满意").waitFor();
  await page.getByRole("button", { name: "重新处理" }).click();
  await page.getByRole("button", { name: "处理完成" }).waitFor();
});

test("the length of a message is minutes and seconds, in the list and on its page", async () => {
  const page = signed();
  await go(page, "/voicemail?columns=mailbox,length_ms");
  const cells = page.locator("tr[data-row] td.right");
  await expect.poll(async () => (await cells.allInnerTexts()).every((text) => /^\d+:\d\d$/.test(text))).toBe(true);
  const length = await cells.first().innerText();
  await page.locator("tr[data-row]").first().click();
  await page.locator("[data-player]").waitFor();
  await page.locator("dl.fields div", { hasText: "时长" }).getByText(length, { exact: true }).waitFor();
});

test("entries of a list are approved and refused in their rows, and a number is looked up", async () => {
  const page = signed();
  await go(page, "/lists?state=requested&kind=black");
  const [first, second] = await page.locator("tr[data-row] b").allInnerTexts();
  await row(page, String(first)).getByRole("button", { name: "通过" }).click();
  // A click in the dialog is none on the row below it.
  await page.locator(".ant-modal-title").click();
  await page.locator(".ant-modal .ant-btn-primary").click();
  await row(page, String(first)).waitFor({ state: "detached" });
  await row(page, String(second)).getByRole("button", { name: "驳回" }).click();
  await page.locator(".ant-modal .ant-btn-dangerous").click();
  await page.locator(".ant-form-item-explain-error").waitFor();
  await page.locator(".ant-modal").getByLabel("意见").fill("证据不足");
  await page.locator(".ant-modal .ant-btn-dangerous").click();
  await row(page, String(second)).waitFor({ state: "detached" });

  await go(page, "/lists/lookup");
  await page.getByLabel("号码", { exact: true }).fill(String(first));
  await page.keyboard.press("Enter");
  await page.locator("[data-verdict=black]").waitFor();
  await expect.poll(() => page.locator(".menu a.active").allInnerTexts()).toEqual(["号码查询"]);
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("号码", { exact: true }).fill(String(second));
  await page.keyboard.press("Enter");
  await page.locator("[data-verdict=none]").waitFor();
});

test("a token is shown once, does what it was made for and no more, and nothing once it is revoked", async () => {
  const page = signed();
  await go(page, "/profile");
  const tokens = page.locator("[data-panel=tokens]");
  await tokens.getByRole("button", { name: "新建令牌" }).click();
  const dialog = page.locator(".ant-modal");
  await dialog.getByLabel("名称").fill("报表程序");
  await dialog.getByRole("combobox", { name: "权限" }).fill("用户组: 查看");
  await page.locator(".ant-select-item-option").first().click();
  await page.keyboard.press("Escape");
  await dialog.locator(".ant-btn-primary").click();
  const secret = (await page.locator("[data-secret]").innerText()).trim();
  await page.locator(".ant-modal-confirm .ant-btn-primary").click();
  await tokens.getByText("报表程序").waitFor();
  const status = async (path: string): Promise<number> => (await fetch(`${BASE}/api/v1${path}`, { headers: { authorization: `Bearer ${secret}` } })).status;
  expect([await status("/user-groups"), await status("/users")]).toEqual([200, 403]);
  await tokens.getByRole("button", { name: "撤销: 报表程序" }).click();
  await page.locator(".ant-modal .ant-btn-dangerous").click();
  await tokens.getByText("报表程序").waitFor({ state: "detached" });
  expect(await status("/user-groups")).toBe(401);
});

test("the logo is set, seen before signing in and taken away; what is no picture, or too large, is refused with a sentence", async () => {
  const page = signed();
  await go(page, "/parameters");
  const picture = page.locator("[data-picture=logo]");
  const choose = (name: string, mimeType: string, buffer: Buffer) => picture.locator("input[type=file]").setInputFiles({ name, mimeType, buffer });
  await choose("logo.png", "image/png", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"));
  await page.locator(".ant-message").getByText("仅支持 PNG、JPEG 或 WebP 图片").waitFor();
  await choose("logo.png", "image/png", Buffer.concat([PNG, Buffer.alloc(1024 * 1024)]));
  await page.locator(".ant-message .ant-message-error").nth(1).waitFor();
  expect(await page.locator(".brand img").count()).toBe(0);

  await choose("logo.png", "image/png", PNG);
  await picture.getByRole("img", { name: "标志" }).waitFor();
  const shown = (image: HTMLImageElement): boolean => image.complete && image.naturalWidth > 0;
  await expect.poll(() => page.locator(".brand img").evaluate(shown)).toBe(true);
  expect(await violations(page)).toEqual([]);
  const stranger = await visitor();
  await expect.poll(() => stranger.page.locator(".sign-brand img").evaluate(shown)).toBe(true);
  expect(stranger.faults).toEqual([]);
  await stranger.context.close();

  await picture.getByRole("button", { name: "删除" }).click();
  await page.locator(".brand img").waitFor({ state: "detached" });
  await picture.getByText("未设置").waitFor();
});

test("a screen is paired by its link, once", async () => {
  const page = signed();
  const made = await api(page, "POST", "/devices", { name: "大厅左屏", boards: ["service"] });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await go(page, `/devices/${String(made.body["id"])}`);
  await page.getByRole("button", { name: "配对大屏" }).click();
  const link = await page.locator("[data-secret]").getAttribute("href");
  expect(await violations(page)).toEqual([]);
  const screen = await visitor();
  await screen.page.goto(String(link));
  await screen.page.waitForURL(/\/wall\/service/);
  expect(screen.faults).toEqual([]);
  await screen.context.close();
  const again = await fetch(`${BASE}/api/v1/kiosk`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ code: new URL(String(link)).hash.slice(1) }) });
  expect(again.ok).toBe(false);
});

test("a bulletin for everybody that is marked for the wall reaches a screen that is open", async () => {
  const page = signed();
  const screen = await page.context().newPage();
  const opened = screen.waitForEvent("websocket");
  await screen.goto(`${BASE}/wall/service`);
  const socket = await opened;
  await screen.locator(".strip").waitFor();
  const told = socket.waitForEvent("framereceived", { predicate: ({ payload }) => payload.toString().includes("营业厅今晚提前关门") });
  const made = await api(page, "POST", "/bulletins", { title: "营业厅今晚提前关门", body: "18:00", level: "urgent", from_at: "2026-01-01T00:00:00Z", on_wall: true });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await told;
  await screen.close();
});
