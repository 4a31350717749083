// One entry of the audit log as a sentence. Pure: the words come in.
import type { Resource } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import type { Speech } from "../text/words.ts";

/** What the server calls itself where nobody asked it. */
const SERVER = "callboard";
const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

const text = (row: Row, name: string): string => (typeof row[name] === "string" ? row[name] : "");

/** Who did it; the server and those who have not signed in have no name of their own. */
export function whoDid(row: Row, t: Speech["t"]): string {
  const actor = text(row, "actor");
  return actor === "" ? t("deeds.nobody") : actor === SERVER && !row["actor_id"] ? t("deeds.server") : actor;
}

/** What is called by a code, in words. */
export function deedTitle(action: string, t: Speech["t"]): string {
  return t(`deeds.titles.${action}`, { defaultValue: action });
}

/** The kind of thing that it was done to; one of them, or all. */
export function thingTitle(name: string, resources: readonly Resource[], { t, say }: Speech, one = false): string {
  const known = resources.find((entry) => entry.name === name);
  const title = known ? say(known.title) : t(`deeds.things.${name}`, { defaultValue: name });
  return one ? t(`deeds.ones.${name}`, { defaultValue: title }) : title;
}

/** `王芳 修改了 客户 张三`. */
export function sentenceOf(row: Row, resources: readonly Resource[], speech: Speech): string {
  const { t } = speech;
  const [action, label] = [text(row, "action"), text(row, "label")];
  // A row without a name of its own has its id there.
  const name = ID.test(label) ? "" : t(`deeds.things.${action.endsWith("-image") ? label : ""}`, { defaultValue: label });
  const what = thingTitle(text(row, "resource"), resources, speech, true);
  const whats = thingTitle(text(row, "resource"), resources, speech);
  const values = { who: whoDid(row, t), what, whats: speech.lang === "en" ? whats.toLowerCase() : whats, name, deed: deedTitle(action, t) };
  const said = t(`deeds.says.${action}`, { ...values, defaultValue: "" }) || t("deeds.other", values);
  return said.replace(/ +/g, " ").replace(/ (?=[：，。])/g, "").trim();
}
