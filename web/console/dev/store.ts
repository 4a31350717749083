// The made-up rows of the development API: a few resources of every shape, kept in memory.
import type { Field, Meta, Resource, Words } from "../src/api/meta.ts";

type Row = Record<string, unknown>;
type Answer = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>];

const words = (zh: string, en: string): Words => ({ zh, en });
const field = (name: string, kind: string, zh: string, en: string, more: Partial<Field> = {}): Field => ({ name, kind, title: words(zh, en), shown: true, filter: true, sort: true, ...more });
const enabled = field("enabled", "bool", "启用", "Enabled", { default: "true", sort: false });

function resource(path: string, group: string, zh: string, en: string, fields: readonly Field[], more: Partial<Resource> = {}): Resource {
  const features = { create: true, edit: true, remove: true, import: true, export: true, disable: fields.some((entry) => entry.name === "enabled") };
  return { name: path, path, group, title: words(zh, en), fields, features, rights: { read: true, write: true, remove: true, import: true, export: true }, ...more };
}

const states = [
  { value: "pending", title: words("待审核", "Pending") },
  { value: "approved", title: words("已审核", "Approved") },
  { value: "refused", title: words("已拒绝", "Refused") },
];

const resources: readonly Resource[] = [
  resource("users", "organisation", "用户", "Users", [
    field("login", "text", "登录名", "Login", { required: true, search: true, fixed: true }),
    field("name", "text", "姓名", "Name", { required: true, search: true }),
    field("phone", "phone", "电话", "Phone", { search: true }),
    field("email", "email", "邮箱", "Mail", {}),
    field("group_id", "reference", "用户组", "User group", { reference: "user-groups" }),
    field("password", "text", "密码", "Password", { secret: true, shown: false, filter: false, sort: false }),
    enabled,
    field("last_seen_at", "instant", "最近登录", "Last seen", { readonly: true }),
    field("notes", "longtext", "备注", "Notes", { shown: false, filter: false, sort: false }),
  ], { label: "name" }),
  resource("user-groups", "organisation", "用户组", "User groups", [
    field("name", "text", "名称", "Name", { required: true, search: true }),
    field("parent_id", "reference", "上级", "Parent", { reference: "user-groups" }),
    field("position", "number", "顺序", "Position", { filter: false }),
    enabled,
  ], { label: "name", features: { create: true, edit: true, remove: true, export: true, disable: true, tree: true } }),
  resource("list-entries", "lists", "黑红名单", "Black and red lists", [
    field("kind", "choice", "类型", "Kind", { required: true, options: [{ value: "black", title: words("黑名单", "Black") }, { value: "red", title: words("红名单", "Red") }] }),
    field("value", "text", "号码", "Number", { required: true, search: true }),
    field("state", "choice", "审核状态", "State", { options: states, readonly: true }),
    field("expires_at", "instant", "失效时间", "Expires"),
    field("hits", "number", "命中次数", "Hits", { readonly: true }),
    field("reason", "longtext", "原因", "Reason", { filter: false, sort: false }),
    enabled,
  ], { label: "value" }),
  resource("audit", "system", "操作日志", "Audit log", [
    field("at", "instant", "时间", "At"), field("actor", "text", "操作人", "Actor", { search: true }), field("action", "text", "操作", "Action"), field("resource", "text", "对象类型", "Resource"), field("target", "text", "对象", "Target"),
    field("before", "json", "修改前", "Before", { shown: false, filter: false, sort: false }), field("after", "json", "修改后", "After", { shown: false, filter: false, sort: false }), field("address", "text", "来源地址", "Address"),
  ], { label: "action", features: { export: true } }),
];

const NAMES = ["吴佳宁", "邓建华", "陈若曦", "胡一帆", "罗敏", "孙嘉怡", "高雨桐", "赵雅静", "冯国栋", "罗丽娟", "张子轩", "徐梓涵", "王思琪", "郑婉婷", "朱立强", "周美玲"];
const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 30, 6) - minutes * 60_000).toISOString();
const stamp = (index: number): Row => ({ id: `0193-${index}`, version: 1, created_at: at(index * 997), updated_at: at(index * 101) });

export class Store {
  private readonly rows = new Map<string, Row[]>([
    ["users", Array.from({ length: 180 }, (_, index) => ({ ...stamp(index), login: `agent${8000 + index}`, name: NAMES[index % NAMES.length], phone: `138****${String(1200 + index)}`, email: `a${index}@example.com`, group_id: `0193-${index % 3}`, group_id_label: ["一组", "二组", "三组"][index % 3], enabled: index % 9 !== 4, last_seen_at: index % 5 ? at(index * 7) : null, notes: null }))],
    ["user-groups", ["一组", "二组", "三组"].map((name, index) => ({ ...stamp(index), name, parent_id: null, position: index, enabled: true }))],
    ["list-entries", []],
    ["audit", []],
  ]);

  rights(): string[] {
    return resources.flatMap(({ name }) => ["read", "write", "delete", "import", "export"].map((action) => `${name}.${action}`));
  }

  meta(): Meta {
    return { resources };
  }

  table(path: string): Row[] | undefined {
    return this.rows.get(path);
  }

  list(path: string, query: URLSearchParams): unknown {
    let rows = [...(this.rows.get(path) ?? [])];
    for (const [parameter, value] of query) {
      if (["limit", "cursor", "sort", "count", "q"].includes(parameter)) continue;
      const [name = "", how] = parameter.split(".");
      rows = rows.filter((row) => (how === "like" ? String(row[name]).includes(value) : how === "from" ? String(row[name]) >= value : how === "to" ? String(row[name]) < value : value.split(",").includes(String(row[name]))));
    }
    const q = query.get("q");
    if (q) rows = rows.filter((row) => JSON.stringify(row).includes(q));
    const sort = query.get("sort");
    if (sort) rows.sort((a, b) => String(a[sort.replace("-", "")]).localeCompare(String(b[sort.replace("-", "")]), "zh") * (sort.startsWith("-") ? -1 : 1));
    const start = Number(query.get("cursor") ?? 0);
    const end = start + Number(query.get("limit") ?? 50);
    return { items: rows.slice(start, end), next: end < rows.length ? String(end) : null, total: rows.length };
  }

  create(path: string, body: Row): Answer {
    if (this.rows.get(path)?.some((row) => row["login"] !== undefined && row["login"] === body["login"])) return [422, { title: "有内容需要更正", status: 422, detail: "", errors: [{ field: "login", code: "unique", message: "登录名已存在" }] }];
    const row = { ...stamp(this.rows.get(path)?.length ?? 0), ...body, id: crypto.randomUUID(), created_at: new Date().toISOString(), updated_at: new Date().toISOString() };
    this.rows.get(path)?.unshift(row);
    this.trail(path, row, "create", null, row);
    return [201, row];
  }

  change(path: string, row: Row, body: Row): Answer {
    const before = { ...row };
    Object.assign(row, body, { version: Number(row["version"]) + 1, updated_at: new Date().toISOString() });
    this.trail(path, row, "update", before, { ...row });
    return [200, row];
  }

  remove(path: string, id: string): Answer {
    const rows = this.rows.get(path) ?? [];
    rows.splice(rows.findIndex((row) => row["id"] === id), 1);
    return [204];
  }

  private trail(path: string, row: Row, action: string, before: unknown, after: unknown): void {
    this.rows.get("audit")?.unshift({ ...stamp(0), id: crypto.randomUUID(), at: new Date().toISOString(), actor: "admin", action, resource: path, target: row["id"], before, after, address: "127.0.0.1" });
  }
}
