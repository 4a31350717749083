// The page: one line to one board, and one picture a second or a frame. Everything lives as long as the page.
import { render } from "preact";
import { ServerClock } from "./clock";
import { calendar, type Calendar } from "./format";
import type { Frame, SourceNow } from "./frames";
import { Line } from "./link";
import type { Link } from "./look";
import type { Scene } from "./scene";
import { apply, type BoardState } from "./state";
import { hasBanner } from "./view/banner";
import { Opening, Wall } from "./view/wall";
import type { Lang } from "./words";

const BASE_WIDTH = 192;
const BASE_HEIGHT = 108;
/** Pixel shift: eight places around the middle, one every five minutes, so that no panel keeps an edge for ever. */
const SHIFT_MS = 300_000;
const SHIFT_PX = [[0, 0], [3, 0], [3, 3], [0, 3], [-3, 3], [-3, 0], [-3, -3], [0, -3]] as const;

const query = new URLSearchParams(location.search);
const name = decodeURIComponent(location.pathname.split("/").pop() ?? "");
const root = document.getElementById("wall");
const clock = new ServerClock();
const opened = performance.now();

let board: BoardState | null = null;
let link: Link = { up: true };
let now = 0;
let sources: readonly SourceNow[] = [];
let dates: { readonly zone: string; readonly lang: Lang; readonly calendar: Calendar } | null = null;
let drawing = false;
let timer: number | undefined;

function language(): Lang {
  const asked = query.get("lang") ?? board?.layout.lang ?? navigator.language;
  return asked.toLowerCase().startsWith("en") ? "en" : "zh";
}

/** px of a wall 1080 px high that this screen has. */
function room(): { readonly width: number; readonly height: number } {
  const px = Math.min(window.innerHeight / BASE_HEIGHT, window.innerWidth / BASE_WIDTH) / 10;
  return { width: window.innerWidth / px, height: window.innerHeight / px };
}

function sceneOf(state: BoardState): Scene {
  const [lang, zone] = [language(), state.layout.zone];
  if (dates === null || dates.zone !== zone || dates.lang !== lang) dates = { zone, lang, calendar: calendar(zone, lang) };
  const banner = hasBanner({ sources, link });
  return { board: state, sources, lang, calendar: dates.calendar, link, now, ...room(), banner, loadingMs: performance.now() - opened };
}

function draw(): void {
  drawing = false;
  if (root === null) return;
  const html = document.documentElement;
  html.lang = language() === "zh" ? "zh-CN" : "en";
  html.dataset["theme"] = (query.get("theme") ?? board?.layout.theme) === "light" ? "light" : "dark";
  if (board === null) {
    render(<Opening lang={language()} />, root);
    return;
  }
  const scene = sceneOf(board);
  const words = scene.lang === "zh" ? board.layout.title.zh : board.layout.title.en;
  if (document.title !== words) document.title = words;
  const [x, y] = SHIFT_PX[Math.floor(now / SHIFT_MS) % SHIFT_PX.length] ?? [0, 0];
  root.style.transform = `translate(${x}px, ${y}px)`;
  render(<Wall scene={scene} />, root);
}

/** Draws at the next frame of the screen, however many things happen before it; at once where none is painted. */
function soon(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(draw);
}

/** Once a second, at the server's full second, all timers and ages move together. */
function second(): void {
  window.clearTimeout(timer);
  const at = clock.now(performance.now());
  if (at !== null) now = at;
  if (board !== null) sources = board.sources;
  soon();
  timer = window.setTimeout(second, at === null ? 1_000 : 1_000 - (at % 1_000) + 5);
}

/** Loads the page anew when the server brings another; once a build, so that a wrong cache cannot make it spin. */
function renew(build: string): void {
  if (build === "" || import.meta.url.endsWith(build) || sessionStorage.getItem("build") === build) return;
  sessionStorage.setItem("build", build);
  location.reload();
}

function frame(received: Frame): boolean {
  if (received.type === "snapshot") renew(received.build);
  const step = apply(board, received);
  if ("hole" in step) return false;
  const first = board === null;
  board = step.board;
  clock.note(received.as_of, performance.now());
  if (first || received.type === "snapshot" || received.sources) second();
  else soon();
  return true;
}

const scheme = location.protocol === "https:" ? "wss" : "ws";
new Line(`${scheme}://${location.host}/ws/boards/${encodeURIComponent(name)}`, {
  frame,
  up: () => {
    link = { up: true };
  },
  down: () => {
    if (link.up) link = { up: false, since: board?.as_of ?? now };
    second();
  },
});
window.addEventListener("resize", soon);
second();
