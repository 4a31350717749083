// Language and theme of whoever is signed in: the server keeps them, this machine follows.
import { useEffect } from "react";
import type { User } from "../api/session.ts";
import { changeProfile } from "../api/session.ts";
import type { Language } from "../resource/values.ts";
import type { Choice } from "../style/shade.ts";
import { setShade } from "../style/shade.ts";
import { setLanguage } from "../text/words.ts";

/** Shows the console as its user has chosen, on whatever machine; those without a name keep what the machine has. */
export function useKeptLook(user: User | undefined): void {
  const { id, language, theme } = user ?? { id: null, language: "", theme: "" };
  useEffect(() => {
    if (id === null) return;
    if (language === "zh" || language === "en") setLanguage(language);
    if (theme === "light" || theme === "dark" || theme === "system") setShade(theme);
  }, [id, language, theme]);
}

/** What was chosen counts here at once; the server keeps it for the next machine. */
export function chooseLook(user: User, look: { readonly language?: Language; readonly theme?: Choice }): Promise<void> {
  if (look.language) setLanguage(look.language);
  if (look.theme) setShade(look.theme);
  return user.id === null ? Promise.resolve() : changeProfile(look);
}
