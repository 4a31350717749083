import i18next from "i18next";
import { expect, test, vi } from "vitest";
import type { Resource } from "../src/api/meta.ts";
import type { Row } from "../src/api/records.ts";
import type { Speech } from "../src/text/words.ts";

vi.stubGlobal("localStorage", { getItem: () => null });
await i18next.init({ lng: "zh", fallbackLng: "zh", interpolation: { escapeValue: false }, resources: { zh: {}, en: {} } });
const { DEEDS } = await import("../src/text/deeds.ts");
const { deedTitle, sentenceOf, thingTitle, whoDid } = await import("../src/resource/deed.ts");

const customers = { name: "customers", path: "customers", title: { zh: "客户", en: "Customers" } } as unknown as Resource;
const row = (values: Record<string, unknown>): Row => ({ id: "1", version: 1, actor: "王芳", actor_id: "2", resource: "customers", label: "张三", ...values });
const speech = (lang: "zh" | "en"): Speech => ({ lang, t: (key, values) => String(i18next.t(key, { lng: lang, ...values })), say: (words) => words[lang] });

test("an entry is a sentence in either language", () => {
  expect(sentenceOf(row({ action: "update" }), [customers], speech("zh"))).toBe("王芳 修改了 客户 张三");
  expect(sentenceOf(row({ action: "update", actor: "Wang Fang", label: "Zhang San" }), [customers], speech("en"))).toBe("Wang Fang changed customer Zhang San");
  expect(sentenceOf(row({ action: "export", label: "customers" }), [customers], speech("en"))).toBe("王芳 exported customers");
  expect(sentenceOf(row({ action: "set-image", resource: "parameters", label: "logo" }), [customers], speech("en"))).toBe("王芳 set the logo");
});

test("an id is no name, and what nobody has a word for keeps its code", () => {
  expect(sentenceOf(row({ action: "delete", label: "0190a5f2-1c1a-7b44-9a53-0242ac120002" }), [customers], speech("zh"))).toBe("王芳 删除了 客户");
  expect(sentenceOf(row({ action: "polish", resource: "boots" }), [customers], speech("en"))).toBe("王芳: polish, boots 张三");
  expect(thingTitle("session", [customers], speech("zh"))).toBe("登录会话");
});

test("the server and strangers have a name in the reader's language", () => {
  expect(whoDid(row({ actor: "callboard", actor_id: null }), speech("en").t)).toBe("The server");
  expect(whoDid(row({ actor: "", actor_id: null }), speech("zh").t)).toBe("未登录者");
  expect(whoDid(row({ actor: "callboard" }), speech("en").t)).toBe("callboard");
});

test("every deed has its title and its sentence in both languages", () => {
  for (const deed of DEEDS) {
    for (const lang of ["zh", "en"] as const) {
      expect(deedTitle(deed, speech(lang).t), `${deed} in ${lang}`).not.toBe(deed);
      expect(sentenceOf(row({ action: deed }), [customers], speech(lang)), `${deed} in ${lang}`).not.toContain("{{");
      expect(i18next.exists(`deeds.says.${deed}`, { lng: lang, fallbackLng: [] }), `${deed} in ${lang}`).toBe(true);
    }
  }
});
