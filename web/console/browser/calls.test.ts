import { expect, test } from "vitest";
import { api, BASE, forFile, go, violations } from "./house.ts";

const signed = forFile();

interface Call {
  readonly source: string;
  readonly call: string;
  readonly from_number: string;
  readonly queue_label: string;
}

/** The latest answered call that went through a queue; a server that has just started has one soon. */
async function answered(): Promise<Call> {
  let found: Call | undefined;
  const look = async (): Promise<boolean> => {
    const { body } = await api(signed(), "GET", "/calls?direction=inbound&outcome=answered&limit=50");
    found = ((body["items"] ?? []) as readonly Call[]).find((call) => call.queue_label && /^\d{7,}$/.test(call.from_number));
    return found !== undefined;
  };
  await expect.poll(look, { timeout: 15_000 }).toBe(true);
  return found!;
}

test("calls are found by the end of a number and the name of a queue, and one is opened with its path", async () => {
  const page = signed();
  const call = await answered();
  await go(page, "/calls");
  await page.locator("tr[data-row]").first().waitFor();
  await page.locator("body").press("/");
  await page.keyboard.type(`*${call.from_number.slice(-4)}`);
  await page.locator(".filter", { hasText: "技能组" }).locator("input").fill(call.queue_label);
  await page.locator(".ant-select-item-option", { hasText: call.queue_label }).first().click();
  await page.getByRole("button", { name: "查询" }).click();
  await page.waitForURL(/queue\.in=/);
  const row = page.locator(`tr[data-row="${encodeURIComponent(call.source)}/${encodeURIComponent(call.call)}"]`);
  await row.waitFor();
  expect(await row.innerText()).toContain(call.queue_label);
  expect(await violations(page)).toEqual([]);
  await row.click();
  await page.locator(".path-line li").first().waitFor();
  // No code of the telephone system stands where there are words.
  await expect.poll(() => page.locator("[data-panel=path]").innerText()).toContain("呼入");
  expect(await violations(page)).toEqual([]);
});

test("a number that is not whole says how its end is looked for", async () => {
  const page = signed();
  await go(page, "/calls?q=0001234");
  await expect.poll(() => page.locator("[data-empty]").innerText()).toContain("*1234");
});

test("times are the centre's wherever the browser stands, and the page says so", async () => {
  const page = signed();
  const call = await answered();
  const path = `/calls/${encodeURIComponent(call.source)}/${encodeURIComponent(call.call)}`;
  await go(page, path);
  await page.locator(".path-line li").first().waitFor();
  const shown = async (of: typeof page): Promise<string> => of.locator("[data-panel=path] tbody tr td:first-child").first().innerText();
  const here = await shown(page);
  const browser = page.context().browser();
  if (!browser) throw new Error("the page has no browser");
  const context = await browser.newContext({ locale: "zh-CN", timezoneId: "America/St_Johns", storageState: await page.context().storageState() });
  const abroad = await context.newPage();
  await abroad.goto(`${BASE}/console${path}`);
  await abroad.locator(".path-line li").first().waitFor();
  expect(await shown(abroad)).toBe(here);
  await abroad.locator("[data-zone]").waitFor();
  expect(await page.locator("[data-zone]").count()).toBe(hour(await zoneOf()) === hour("Asia/Shanghai") ? 0 : 1);
  await context.close();
});

async function zoneOf(): Promise<string> {
  const { body } = await api(signed(), "GET", "/session");
  return (body["centre"] as { zone: string }).zone;
}

/** Zones of other names may have the same clock. */
function hour(timeZone: string): string {
  return new Date().toLocaleString("en-GB", { timeZone, day: "numeric", hour: "numeric", hour12: false });
}
