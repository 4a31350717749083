// Pictures of a running server: `npm run shots -- BASE` writes those of the documentation, with CALLBOARD_PASSWORD for a server
// that asks who one is; `npm run shots -- BASE OUT name=/path@WIDTHxHEIGHT.theme.language ...` takes any others.
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const IMAGES = join(dirname(fileURLToPath(import.meta.url)), "../docs/images");
const PICTURES = [
  "wall=/wall/service@1920x1080.dark.zh",
  "console-home=/console/@1600x1000.light.zh",
  "console-users=/console/users@1600x1000.light.zh",
  "console-customer=/console/customers/{customers}@1600x1000.light.zh",
  "console-knowledge=/console/articles@1600x1000.light.zh",
  "console-path=/console/calls/{call}@1600x1000.light.zh",
];

/** What stands in braces in an address, asked of the server. */
const FOUND = {
  // One with whom something is to be done, and who has called if there is such a one.
  customers: async (ask) => {
    const ids = (await ask("GET", "/appointments?limit=50&state=open&sort=at")).items.map((row) => row.customer_id);
    for (const id of ids) if ((await ask("GET", `/customers/${id}/contacts?limit=1`)).items.length > 0) return id;
    return ids[0];
  },
  call: async (ask) => {
    const sql = "SELECT source, call FROM calls WHERE outcome = 'answered' AND hold_ms > 0 ORDER BY transfers DESC, talk_ms DESC LIMIT 1";
    const [row] = await ask("POST", "/sql", { sql, format: "json" });
    return `${encodeURIComponent(row.source)}/${encodeURIComponent(row.call)}`;
  },
};

const [base = "http://127.0.0.1:8080", out = IMAGES, ...named] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CALLBOARD_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai", reducedMotion: "reduce" });
const page = await context.newPage();
page.on("console", (message) => message.type() === "error" && console.error("page:", message.text(), message.location().url));
page.on("pageerror", (error) => console.error("page:", error.message));

/** Asks the API as whoever is signed in. */
async function ask(method, path, body) {
  return page.evaluate(
    async ([verb, where, sent]) => {
      const { csrf } = await (await fetch("/api/v1/session")).json();
      const headers = { "content-type": "application/json", ...(csrf ? { "x-csrf-token": csrf } : {}) };
      const response = await fetch(`/api/v1${where}`, { method: verb, headers, ...(sent ? { body: JSON.stringify(sent) } : {}) });
      return response.json();
    },
    [method, path, body],
  );
}

async function enter() {
  await page.goto(`${base}/console/`);
  await page.waitForSelector(".frame, .sign-card");
  if (await page.$(".frame")) return;
  await page.fill("input[autocomplete=username]", process.env.CALLBOARD_LOGIN ?? "admin");
  await page.fill("input[autocomplete=current-password]", process.env.CALLBOARD_PASSWORD ?? "");
  await page.click("button[type=submit]");
  await page.waitForSelector(".frame");
}

/** Language and theme: of the profile where there is one, else of this machine; walls take them from the address. */
async function look(theme, language) {
  const { user } = await ask("GET", "/session");
  if (user.id) await ask("PATCH", "/profile", { theme, language });
  await page.evaluate(([t, l]) => (localStorage.setItem("callboard.theme", t), localStorage.setItem("callboard.language", l)), [theme, language]);
}

/** In the page of a wall: every tile has figures of now. */
function live() {
  const tiles = [...document.querySelectorAll("[data-tile] .tile")];
  return tiles.length > 0 && !tiles.some((tile) => tile.matches(".stale") || tile.querySelector(".loading"));
}

async function address(path, theme, language) {
  let full = path;
  for (const [, name] of path.matchAll(/\{(\w+)\}/g)) full = full.replace(`{${name}}`, await FOUND[name](ask));
  return path.startsWith("/wall") ? `${full}${full.includes("?") ? "&" : "?"}theme=${theme}&lang=${language}` : full;
}

await enter();
for (const shot of named.length > 0 ? named : PICTURES) {
  const [, name, path, width, height, theme, language] = /^([^=]+)=(.*)@(\d+)x(\d+)\.(light|dark)\.(zh|en)$/.exec(shot);
  await page.setViewportSize({ width: Number(width), height: Number(height) });
  await look(theme, language);
  await page.goto(base + (await address(path, theme, language)));
  // A page of the console has all that it shows when the network is silent; a wall goes on for ever, and has it when nothing is stale.
  await (path.startsWith("/wall") ? page.waitForFunction(live, null, { timeout: 240_000 }) : page.waitForLoadState("networkidle"));
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(out, `${name}.png`) });
  await page.goto(`${base}/console/`);
}
await browser.close();
