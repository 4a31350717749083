// The log with words for its codes: what was done and to what are choices.
import { useMemo } from "react";
import type { Option, Resource } from "../../api/meta.ts";
import { deedTitle, thingTitle } from "../../resource/deed.ts";
import { useMeta } from "../../session/session.ts";
import { DEEDS } from "../../text/deeds.ts";
import { useWords } from "../../text/words.ts";
import { withOptions } from "../../resource/shaped.ts";

/** Things that are no resources of the meta data. */
const OTHERS = ["session", "recordings", "call_notes", "call_backs"];

export function useShaped(resource: Resource): Resource {
  const speech = useWords();
  const resources = useMeta().data?.resources;
  const { lang } = speech;
  return useMemo(() => {
    const option = (value: string, title: string): Option => ({ value, title: { zh: title, en: title } });
    const things = [...(resources ?? []).map((entry) => entry.name), ...OTHERS];
    const deeds = withOptions(resource, "action", DEEDS.map((deed) => option(deed, deedTitle(deed, speech.t))));
    return withOptions(deeds, "resource", things.map((name) => option(name, thingTitle(name, resources ?? [], speech))));
    // The words change with the language only.
  }, [resource, resources, lang]);
}
