// Language and theme for those who have not signed in yet.
import type { ReactElement } from "react";
import { setShade, useShade } from "../style/shade.ts";
import { setLanguage, useWords } from "../text/words.ts";

export function LookSwitch(): ReactElement {
  const { t, lang } = useWords();
  const shade = useShade();
  return (
    <div className="look">
      <button type="button" onClick={() => setLanguage(lang === "zh" ? "en" : "zh")} lang={lang === "zh" ? "en" : "zh-CN"}>
        {lang === "zh" ? "English" : "中文"}
      </button>
      <button type="button" onClick={() => setShade(shade === "dark" ? "light" : "dark")}>
        {t(shade === "dark" ? "profile.light" : "profile.dark")}
      </button>
    </div>
  );
}
