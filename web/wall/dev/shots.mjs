// Pictures of a running wall: node wall/dev/shots.mjs BASE OUT name=path@WxH ... ; needs chromium.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import WebSocket from "ws";

const [base, out, ...shots] = process.argv.slice(2);
const profile = await mkdtemp(join(tmpdir(), "wall-"));
const flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars";
const chromium = spawn("chromium", [...flags.split(" "), "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
const address = await new Promise((resolve, reject) => {
  let text = "";
  chromium.stderr.on("data", (data) => {
    text += data;
    const found = /DevTools listening on (\S+)/.exec(text);
    if (found) resolve(found[1]);
  });
  chromium.on("exit", () => reject(new Error(text)));
});

const socket = new WebSocket(address);
await new Promise((resolve) => socket.once("open", resolve));
const waiting = new Map();
let id = 0;
socket.on("message", (data) => {
  const message = JSON.parse(data);
  if (message.method === "Runtime.exceptionThrown") console.error("page:", message.params.exceptionDetails.exception?.description);
  if (message.method === "Log.entryAdded") console.error("page:", message.params.entry.level, message.params.entry.text, message.params.entry.url ?? "");
  waiting.get(message.id)?.(message);
  waiting.delete(message.id);
});
const call = (method, params = {}, sessionId) =>
  new Promise((resolve, reject) => {
    waiting.set(++id, (answer) => (answer.error ? reject(new Error(answer.error.message)) : resolve(answer.result)));
    socket.send(JSON.stringify({ id, method, params, sessionId }));
  });

for (const shot of shots) {
  const [, name, path, width, height, ms] = /^([^=]+)=(.*)@(\d+)x(\d+)(?:~(\d+))?$/.exec(shot);
  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
  await call("Runtime.enable", {}, sessionId);
  await call("Log.enable", {}, sessionId);
  await call("Emulation.setDeviceMetricsOverride", { width: Number(width), height: Number(height), deviceScaleFactor: 1, mobile: false }, sessionId);
  await call("Page.navigate", { url: base + path }, sessionId);
  await pause(Number(ms ?? 4500));
  const { data } = await call("Page.captureScreenshot", { format: "png" }, sessionId);
  await writeFile(join(out, `${name}.png`), Buffer.from(data, "base64"));
  await call("Target.closeTarget", { targetId });
}
socket.close();
chromium.kill();
await new Promise((resolve) => chromium.once("exit", resolve));
await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
