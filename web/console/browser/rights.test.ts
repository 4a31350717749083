import { afterAll, expect, test } from "vitest";
import { administrator, api, BASE, close, fill, go, newcomer, save, violations } from "./house.ts";

afterAll(close);

test("a role is made in the matrix; whoever has it sees what it says and is refused the rest", async () => {
  const { page, context, faults } = await administrator();
  await go(page, "/roles?open=new");
  await fill(page, "名称", "只看用户组");
  await page.getByRole("checkbox", { name: "用户组: 编辑" }).check();
  await expect.poll(() => page.getByRole("checkbox", { name: "用户组: 查看" }).isChecked()).toBe(true);
  await page.getByRole("checkbox", { name: "用户组: 编辑" }).uncheck();
  await save(page);
  await page.locator(".ant-drawer").waitFor({ state: "hidden" });
  const found = await api(page, "GET", "/roles?q=只看用户组");
  const [role] = found.body["items"] as { id: string; rights: string[] }[];
  expect(role?.rights).toEqual(["user_groups.read"]);
  await page.locator("tr[data-row]", { hasText: "只看用户组" }).click();
  await page.locator(".matrix").waitFor();
  expect(await violations(page)).toEqual([]);

  const reader = await newcomer(page, "reader", role?.id);
  await expect.poll(() => reader.page.locator(".menu a").allInnerTexts()).toEqual(["首页", "用户组"]);
  await reader.page.goto(`${BASE}/console/users`);
  await reader.page.locator("[data-refused]").waitFor();
  expect(await violations(reader.page)).toEqual([]);
  expect((await api(reader.page, "GET", "/users")).status).toBe(403);
  await reader.page.goto(`${BASE}/console/sources`);
  await reader.page.locator("[data-refused]").waitFor();
  expect(await reader.page.locator("[role=alert]").count()).toBe(0);
  await reader.page.goto(`${BASE}/console/user-groups`);
  await reader.page.locator(".page h1").waitFor();
  await expect.poll(() => reader.page.locator(".tools .ant-btn-primary").count()).toBe(0);
  expect((await api(reader.page, "POST", "/user-groups", { name: "不许" })).status).toBe(403);
  expect([...faults, ...reader.faults]).toEqual([]);
  await reader.context.close();
  await context.close();
});

test("a dictionary's options are made, ordered and disabled with their dictionary", async () => {
  const { page, context, faults } = await administrator();
  const made = await api(page, "POST", "/dictionaries", { code: "colour", name: "颜色" });
  const id = String(made.body["id"]);
  for (const [position, zh] of ["红", "绿", "蓝"].entries()) {
    expect((await api(page, "POST", "/dictionary-options", { dictionary_id: id, value: `c${position}`, title_zh: zh, title_en: zh, position })).status).toBe(201);
  }
  await go(page, `/dictionaries/${id}`);
  await page.getByRole("button", { name: "上移: 蓝" }).click();
  await page.waitForFunction(() => [...document.querySelectorAll(".ordered b")].map((entry) => entry.textContent).join("") === "红蓝绿");
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await context.close();
});

test("the audit log shows before and after", async () => {
  const { page, context, faults } = await administrator();
  await go(page, "/audit?action.like=update&columns=actor,action,label");
  await go(page, "/audit");
  // When it happened is the first thing that is asked of a log.
  await expect.poll(() => page.locator(".filter label").first().innerText()).toBe("创建时间");
  await page.locator("tr[data-row]").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator("[data-panel=differences]").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await context.close();
});

const PAGES = {
  zh: ["/", "/users", "/users?open=new", "/roles", "/user-groups", "/articles", "/business-hours?open=new", "/nowhere"],
  en: ["/", "/customers", "/customers?open=new", "/dictionaries", "/audit", "/parameters", "/sources", "/profile"],
} as const;

test("main pages have no violation, in either language and theme", async () => {
  for (const [language, theme] of [["zh", "dark"], ["en", "light"]] as const) {
    const { page, context, faults } = await administrator(language, theme);
    for (const path of PAGES[language]) {
      await go(page, path);
      expect(await violations(page), `${path} in ${language}, ${theme}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${path} scrolls sideways`).toBe(true);
    }
    expect(faults).toEqual([]);
    await context.close();
  }
}, 240_000);
