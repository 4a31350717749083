import { expect, test } from "vitest";
import { api, fill, forFile, go, row, violations } from "./house.ts";

const signed = forFile();

test("keys go to the rows before one of them has the focus, and save a form wherever the focus is", async () => {
  const page = signed();
  await go(page, "/users");
  const focused = () => page.evaluate(() => [...document.querySelectorAll("tr[data-row]")].indexOf(document.activeElement as HTMLTableRowElement));
  await page.keyboard.press("j");
  expect(await focused()).toBe(0);
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("k");
  expect(await focused()).toBe(1);
  // What is typed is no key of the list.
  await page.keyboard.press("/");
  await page.keyboard.type("jk");
  expect(await page.locator("input[data-search]").inputValue()).toBe("jk");

  await go(page, "/user-groups?open=new");
  await fill(page, "名称", "键盘试验");
  await page.locator(".ant-drawer-title").click();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("Control+Enter");
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });
  const found = await api(page, "GET", "/user-groups?q=键盘试验&count=true");
  expect(found.body["total"]).toBe(1);
});

test("an entry of the audit log is a sentence, and its codes are words", async () => {
  const page = signed();
  const made = await api(page, "POST", "/dictionaries", { code: "sentence", name: "句子" });
  const found = await api(page, "GET", `/audit?target=${String(made.body["id"])}`);
  const [entry] = found.body["items"] as { id: string; actor: string }[];
  await go(page, `/audit/${String(entry?.id)}`);
  await expect.poll(() => page.locator(".record-head h1").innerText()).toBe(`${String(entry?.actor)} 新建了 数据字典 句子`);
  await page.locator("[data-panel=differences]").getByText("编码").waitFor();
  expect(await violations(page)).toEqual([]);
  await go(page, "/audit?action.in=create&resource.in=dictionaries");
  await row(page, "句子").getByText("数据字典").waitFor();
  expect(await page.locator("tr[data-row]", { hasText: "create" }).count()).toBe(0);
});

test("lists begin with what waits, and say how many would be approved", async () => {
  const page = signed();
  await go(page, "/lists");
  await page.waitForURL(/state\.in=requested/);
  await expect.poll(() => page.locator("tr[data-row]").count()).toBeGreaterThan(0);
  const button = page.locator(".list-head").getByRole("button", { name: /^全部通过（\d+ 条）$/ });
  const many = (await button.innerText()).replace(/\D/g, "");
  await button.click();
  await page.locator(".ant-modal").getByText(`${many} 条名单`).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.locator(".list-head").getByText("全部", { exact: true }).click();
  await page.waitForURL(/\/lists$/);
  await row(page, "已通过").first().waitFor();
});

test("the boards of a screen are chosen by their titles, and one that nobody knows is taken", async () => {
  const page = signed();
  await go(page, "/devices?open=new");
  await fill(page, "名称", "选择看板");
  const boards = page.locator(".ant-drawer").getByRole("combobox", { name: /看板/ });
  await boards.click();
  await page.locator(".ant-select-item-option", { hasText: "agents" }).click();
  await boards.fill("not-there-yet");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+Enter");
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });
  const found = await api(page, "GET", "/devices?q=选择看板");
  expect((found.body["items"] as { boards: string[] }[])[0]?.boards).toEqual(["agents", "not-there-yet"]);
  expect(await row(page, "选择看板").innerText()).not.toContain("agents");
});

test("a message is called by who left it and when, and its queue by the skill group's name", async () => {
  const page = signed();
  await go(page, "/voicemail?state=new");
  await page.locator("tr[data-row]").first().click();
  await expect.poll(() => page.locator(".record-head h1").innerText()).toMatch(/^.+，.*\d\d:\d\d:\d\d$/);
  const id = page.url().split("/").at(-1);
  const message = await api(page, "GET", `/voicemail/${String(id)}`);
  const groups = await api(page, "GET", `/skill-groups?queue=${String(message.body["queue"])}`);
  const name = (groups.body["items"] as { name: string }[])[0]?.name;
  if (name) await page.locator("dl.fields").getByText(name, { exact: true }).waitFor();
});
