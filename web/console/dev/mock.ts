// A made-up API beside the development server, so that the console can be worked on without a build of Rust. With
// CALLBOARD_SERVER set it hands every request on to that server instead. Never part of the product.
import type { IncomingMessage, ServerResponse } from "node:http";
import { request } from "node:http";
import type { Plugin } from "vite";
import { Store } from "./store.ts";

interface Ask {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

type Answer = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>];

const problem = (status: number, title: string, errors?: unknown): Answer => [status, { type: "about:blank", title, status, detail: title, ...(errors ? { errors } : {}) }];

const store = new Store();
const session = (): Answer => [200, { user: { id: "1", login: "admin", name: "沈越", language: "zh", theme: "system", must_change_password: false }, rights: store.rights(), scope: "all", csrf: "x" }];
const jobs = new Map<string, { polls: number; lines: number }>();

function answer({ method, path, query, headers, body }: Ask): Answer {
  const [first = "", id, rest] = path;
  const signed = headers.cookie?.includes("mock=1") ?? false;
  if (first === "sign-on") return [200, { password: true, oidc: [] }];
  if (first === "session") {
    if (method === "POST") {
      const { password } = JSON.parse(body) as { password: string };
      if (password.startsWith("not ")) return problem(401, "登录名或密码不正确");
      return [...session().slice(0, 2), { "set-cookie": "mock=1; Path=/" }] as unknown as Answer;
    }
    if (method === "DELETE") return [204, undefined, { "set-cookie": "mock=0; Path=/" }];
    return signed ? session() : problem(401, "未登录");
  }
  if (!signed) return problem(401, "未登录");
  if (first === "meta") return [200, store.meta()];
  if (first === "profile") {
    if (id === "sessions") return [200, { items: [{ id: "s1", created_at: "2026-11-30T01:00:00.000Z", seen_at: "2026-11-30T06:00:00.000Z", address: "127.0.0.1", agent: "Chromium", current: true }] }];
    return method === "GET" ? [200, { id: "1", version: 1, login: "admin", name: "沈越", phone: null, language: "zh", theme: "system" }] : [200, {}];
  }
  if (first === "imports" && id) {
    const job = jobs.get(id) ?? { polls: 0, lines: 0 };
    job.polls += 1;
    const over = job.polls > 2;
    return [200, { id, resource: "users", state: over ? "failed" : "running", rows: job.lines, done: over ? job.lines : 3, accepted: 2, rejected: 1, errors: over ? [{ row: 3, field: "login", message: "登录名已存在" }] : [] }];
  }
  const table = store.table(first);
  if (!table) return problem(404, "没有该资源");
  if (id === "imports") {
    const job = crypto.randomUUID();
    jobs.set(job, { polls: 0, lines: body.split("\n").length - 1 });
    return [202, { id: job, resource: first, state: "queued", rows: null, done: 0, accepted: 0, rejected: 0, errors: [] }];
  }
  if (id === undefined) return method === "POST" ? store.create(first, JSON.parse(body) as Record<string, unknown>) : [200, store.list(first, query)];
  if (id === "tree") return [200, store.list(first, new URLSearchParams("limit=200"))];
  const row = table.find((entry) => entry["id"] === id);
  if (!row || rest) return problem(404, "没有找到");
  if (method === "GET") return [200, row];
  if (headers["if-match"] !== `"${row["version"]}"`) return problem(412, "版本不符");
  if (method === "DELETE") return store.remove(first, id);
  return store.change(first, row, JSON.parse(body) as Record<string, unknown>);
}

function write(response: ServerResponse, [status, body, headers = {}]: Answer): void {
  response.writeHead(status, { "content-type": status >= 400 ? "application/problem+json" : "application/json", ...headers });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

function handOn(server: string, incoming: IncomingMessage, response: ServerResponse): void {
  const target = new URL(`/api/v1${incoming.url ?? ""}`, server);
  // The page's own host stays: the server compares it with the origin.
  const out = request(target, { method: incoming.method ?? "GET", headers: incoming.headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  out.on("error", () => response.writeHead(502).end());
  incoming.pipe(out);
}

export function mock(server: string | undefined): Plugin {
  const serve = (incoming: IncomingMessage, response: ServerResponse): void => {
    if (server) return handOn(server, incoming, response);
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const url = new URL(incoming.url ?? "/", "http://localhost");
      const path = url.pathname.split("/").filter(Boolean);
      write(response, answer({ method: incoming.method ?? "GET", path, query: url.searchParams, headers: incoming.headers, body: Buffer.concat(chunks).toString() }));
    });
  };
  return {
    name: "mock",
    configureServer: ({ middlewares }) => void middlewares.use("/api/v1", serve),
    configurePreviewServer: ({ middlewares }) => void middlewares.use("/api/v1", serve),
  };
}
