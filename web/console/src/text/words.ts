// The language of the page: i18next with both catalogues, remembered on this machine.
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { speak } from "../api/client.ts";
import type { Words } from "../api/meta.ts";
import type { Language } from "../resource/values.ts";
import { word } from "../resource/values.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

const KEPT = "callboard.language";

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "zh" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "zh";
}

export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: first(),
    fallbackLng: "zh",
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  tell(language());
}

function tell(chosen: Language): void {
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  speak(chosen);
}

export function language(): Language {
  return i18next.language === "en" ? "en" : "zh";
}

export function setLanguage(chosen: Language): void {
  localStorage.setItem(KEPT, chosen);
  tell(chosen);
  void i18next.changeLanguage(chosen);
}

/** Adds an entity's own sentences to both catalogues. */
export function addWords(space: string, zhWords: Record<string, unknown>, enWords: Record<string, unknown>): void {
  i18next.addResourceBundle("zh", "translation", { [space]: zhWords }, true, true);
  i18next.addResourceBundle("en", "translation", { [space]: enWords }, true, true);
}

export interface Speech {
  readonly t: (key: string, values?: Record<string, unknown>) => string;
  readonly lang: Language;
  /** A text that comes in both languages. */
  readonly say: (words: Words) => string;
}

/** What a component needs to speak. */
export function useWords(): Speech {
  const { t, i18n } = useTranslation();
  const lang: Language = i18n.language === "en" ? "en" : "zh";
  return { t: (key, values) => t(key, values ?? {}), lang, say: (words) => word(words, lang) };
}
