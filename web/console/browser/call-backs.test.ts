import { expect, test } from "vitest";
import { api, BASE, forFile, go, newcomer, violations } from "./house.ts";

const signed = forFile();

interface Lost {
  readonly source: string;
  readonly call: string;
}

/** The last caller who waits to be called back; a server that has just started has one soon. */
async function waiting(): Promise<Lost> {
  let found: Lost | undefined;
  const look = async (): Promise<boolean> => {
    const { body } = await api(signed(), "GET", "/call-backs?state=open&limit=1");
    [found] = (body["items"] ?? []) as readonly Lost[];
    return found !== undefined;
  };
  await expect.poll(look, { timeout: 30_000 }).toBe(true);
  return found!;
}

async function stateOf(lost: Lost): Promise<string | undefined> {
  const { body } = await api(signed(), "GET", "/call-backs?limit=200");
  return (body["items"] as readonly (Lost & { state: string })[]).find((row) => row.source === lost.source && row.call === lost.call)?.state;
}

test("a lost caller is taken, closed with what came of it, and opened again", async () => {
  const page = signed();
  const lost = await waiting();
  const line = page.locator(`tr[data-row="${lost.source}/${lost.call}"]`);
  await go(page, "/call-backs");
  // Nothing moves while the pointer is on the list.
  await line.hover();
  await line.getByRole("button", { name: /^领取/ }).click();
  await line.getByText("处理中").waitFor();
  expect(await violations(page)).toEqual([]);

  await line.getByRole("button", { name: /^完成/ }).click();
  await page.locator(".ant-modal .ant-btn-primary").click();
  await page.locator(".ant-form-item-explain-error").waitFor();
  await page.locator(".ant-modal").getByText("已联系上").click();
  await page.locator(".ant-modal textarea").fill("明天上午再谈");
  expect(await violations(page)).toEqual([]);
  await page.locator(".ant-modal .ant-btn-primary").click();
  await page.locator(".ant-modal").waitFor({ state: "hidden" });
  await expect.poll(() => stateOf(lost)).toBe("done");

  await go(page, "/call-backs?state=done");
  await line.getByText("明天上午再谈").waitFor();
  expect(await line.innerText()).toContain("已联系上");
  await line.locator(".row-button").click();
  await page.getByRole("menuitem", { name: "重新打开" }).click();
  await expect.poll(() => stateOf(lost)).toBe("open");
});

test("whoever may not call back is refused, page and list alike", async () => {
  const page = signed();
  const role = await api(page, "POST", "/roles", { name: "只看公告", rights: ["bulletins.read"], scope: "all" });
  const looker = await newcomer(page, "looker", role.body["id"]);
  await looker.page.goto(`${BASE}/console/call-backs`);
  await looker.page.locator("[data-refused]").waitFor();
  expect((await api(looker.page, "GET", "/call-backs")).status).toBe(403);
  expect(looker.faults).toEqual([]);
  await looker.context.close();
});

test("a note is written on a call, taken back and brought back", async () => {
  const page = signed();
  const lost = await waiting();
  await go(page, `/calls/${encodeURIComponent(lost.source)}/${encodeURIComponent(lost.call)}`);
  const notes = page.locator("[data-panel=notes]");
  await notes.locator("[data-empty]").waitFor();
  await notes.locator("textarea").fill("问信用卡年费");
  await notes.locator("textarea").press("Control+Enter");
  await notes.locator(".call-notes li", { hasText: "问信用卡年费" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await notes.getByRole("button", { name: /^删除备注/ }).click();
  await notes.locator("[data-empty]").waitFor();
  await page.locator(".ant-message").getByText("撤销").click();
  await notes.locator(".call-notes li", { hasText: "问信用卡年费" }).waitFor();
});
