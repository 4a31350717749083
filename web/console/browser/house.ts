// A browser, people who sign in, and what every page must keep: no script error, nothing that the policy forbids.
import { readFile } from "node:fs/promises";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";

export const BASE = process.env["CALLBOARD_BASE"] ?? "http://127.0.0.1:8080";
const FIRST = process.env["CALLBOARD_PASSWORD"] ?? "";
export const PASSWORD = "nine green bottles stand";

/** The browser asks nobody but the server. */
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

let browser: Browser | null = null;
/** Cookies of the administrator who has signed in already: a password is slow by intention. */
let signed: Awaited<ReturnType<BrowserContext["storageState"]>> | null = null;

export async function open(): Promise<Browser> {
  browser ??= await chromium.launch({ executablePath: process.env["CALLBOARD_CHROMIUM"] ?? "/usr/bin/chromium", args: FLAGS });
  return browser;
}

export async function close(): Promise<void> {
  await browser?.close();
  browser = null;
  signed = null;
}

type Language = "zh" | "en";
type Theme = "light" | "dark";

export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Script errors and refusals of the policy so far. */
  readonly faults: string[];
}

/** A fresh browser profile in that language and theme, on the page before signing in. */
export async function visitor(language: Language = "zh", theme: Theme = "light", cookies: typeof signed = null): Promise<Person> {
  const context = await (await open()).newContext({
    viewport: { width: 1600, height: 1000 },
    locale: language === "zh" ? "zh-CN" : "en-GB",
    colorScheme: theme,
    reducedMotion: "reduce",
    timezoneId: "Asia/Shanghai",
    acceptDownloads: true,
    ...(cookies ? { storageState: cookies } : {}),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(message.text());
  });
  await page.goto(`${BASE}/console/`);
  return { page, context, faults };
}

export async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.locator("input[autocomplete=username]").fill(login);
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.locator("button[type=submit]").click();
}

/** The first administrator, with a new password when the one-time one still holds; `fresh` begins a session of its own. */
export async function administrator(language: Language = "zh", theme: Theme = "light", fresh = false): Promise<Person> {
  const person = await visitor(language, theme, fresh ? null : signed);
  const { page } = person;
  await page.locator(".frame, .sign-card").first().waitFor();
  if (await page.locator(".sign-card").count()) {
    await signIn(page, "admin", PASSWORD);
    await page.locator(".frame, .refusal").first().waitFor();
    if (await page.locator(".refusal").count()) {
      await signIn(page, "admin", FIRST);
      await changeFirst(page, FIRST, PASSWORD);
    }
    await page.locator(".frame").waitFor();
  }
  // The profile says how the console looks, on whatever machine.
  expect((await api(page, "PATCH", "/profile", { language, theme })).status).toBe(200);
  await page.reload();
  await page.locator(".frame").waitFor();
  if (!fresh) signed = await person.context.storageState();
  return person;
}

/** One administrator for all scenarios of a file, on a page that must stay without a fault. */
export function forFile(): () => Page {
  let person: Person | null = null;
  beforeAll(async () => {
    person = await administrator();
  });
  afterAll(async () => {
    expect(person?.faults).toEqual([]);
    await close();
  });
  return () => {
    if (!person) throw new Error("nobody has signed in");
    return person.page;
  };
}

/** Somebody new with that role, signed in with a password of their own. */
export async function newcomer(page: Page, login: string, role: unknown): Promise<Person> {
  const once = "one time password 7";
  const made = await api(page, "POST", "/users", { login, name: login, password: once, role_ids: [role] });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const person = await visitor();
  await signIn(person.page, login, once);
  await changeFirst(person.page, once, PASSWORD);
  return person;
}

export async function changeFirst(page: Page, before: string, after: string): Promise<void> {
  await page.locator("input[autocomplete=new-password]").first().waitFor();
  await page.locator("input[autocomplete=current-password]").fill(before);
  await page.locator("input[autocomplete=new-password]").nth(0).fill(after);
  await page.locator("input[autocomplete=new-password]").nth(1).fill(after);
  await page.locator("button[type=submit]").click();
  await page.locator(".frame").waitFor();
}

/** Goes to a page and waits until it has its rows. */
export async function go(page: Page, path: string): Promise<void> {
  await page.goto(`${BASE}/console${path}`);
  await page.locator(".page h1").first().waitFor();
  await page.waitForLoadState("networkidle");
  await settled(page);
}

/** Waits until nothing moves: what fades in has no colour yet that one could measure. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));
}

/** Asks the API as whoever is signed in on that page. */
export async function api(page: Page, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  return page.evaluate(
    async ([verb, where, sent, more]) => {
      const session = (await (await fetch("/api/v1/session")).json()) as { csrf: string };
      const init: RequestInit = { method: verb, headers: { "x-csrf-token": session.csrf, "content-type": "application/json", ...more } };
      if (sent !== null) init.body = JSON.stringify(sent);
      const response = await fetch(`/api/v1${where}`, init);
      const text = await response.text();
      return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
    },
    [method, path, body ?? null, headers] as const,
  );
}

/** What axe finds against WCAG 2.2 A and AA, in one line each. */
export async function violations(page: Page): Promise<readonly string[]> {
  await settled(page);
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (options: unknown) => Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[] }> } }).axe;
    const result = await run.run({ runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
    return result.violations.map((found) => `${found.id}: ${found.nodes.slice(0, 3).map((node) => `${String(node.target)} ${node.failureSummary?.split("\n")[1] ?? ""}`).join(" | ")}`);
  });
}

/** Fills the field with that label in the open form. */
export async function fill(page: Page, label: string, value: string): Promise<void> {
  await page.locator(".ant-drawer").getByLabel(label, { exact: true }).fill(value);
}

export async function save(page: Page): Promise<void> {
  await page.locator(".ant-drawer-footer .ant-btn-primary").click();
}

export function row(page: Page, text: string) {
  return page.locator("tr[data-row]", { hasText: text });
}

/** Sends a file of rows through the import of the list that is open. */
export async function importRows(page: Page, text: string): Promise<void> {
  await page.locator("input[type=file]").setInputFiles({ name: "rows.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "开始导入" }).click();
}

/** What the list that is open exports. */
export async function exported(page: Page, format: "CSV" | "XLSX"): Promise<string> {
  await page.locator(".tools").getByRole("button", { name: "导出" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: format, exact: true }).click();
  return readFile(await (await download).path(), "utf8");
}
