// Pictures of the console: node console/dev/shots.mjs BASE OUT name=/path@theme.language ... ; signs in first with
// CALLBOARD_LOGIN and CALLBOARD_PASSWORD; `~js` after the language runs in the page before the picture.
import { chromium } from "playwright-core";
import { join } from "node:path";

const [base, out, ...shots] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
const page = await context.newPage();
page.on("console", (message) => message.type() === "error" && console.error("page:", message.text()));
page.on("pageerror", (error) => console.error("page:", error.message));
await page.goto(`${base}/console/`);
await page.waitForSelector(".frame, .sign-card");
if (process.env.CALLBOARD_PASSWORD && !(await page.$(".frame"))) {
  await page.fill("input[autocomplete=username]", process.env.CALLBOARD_LOGIN ?? "admin");
  await page.fill("input[autocomplete=current-password]", process.env.CALLBOARD_PASSWORD);
  await page.click("button[type=submit]");
  await page.waitForSelector(".frame");
}
for (const shot of shots) {
  const [, name, path, theme, language, script] = /^([^=]+)=(.*)@(light|dark)\.(zh|en)(?:~(.*))?$/s.exec(shot);
  await page.evaluate(([t, l]) => (localStorage.setItem("callboard.theme", t), localStorage.setItem("callboard.language", l)), [theme, language]);
  await page.goto(`${base}/console${path}`);
  await page.waitForLoadState("networkidle");
  if (script) await page.evaluate(script);
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(out, `${name}.png`) });
}
await browser.close();
