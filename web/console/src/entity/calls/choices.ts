// Queues, agents and sources by their names.
import { useQuery } from "@tanstack/react-query";
import type { Choices, Named } from "../../api/calls.ts";
import { choices } from "../../api/calls.ts";
import type { Option, Resource } from "../../api/meta.ts";
import { useWords } from "../../text/words.ts";
import { CALLS } from "./described.ts";

/** Undefined until they are here, and for those who may not see calls. */
export function useChoices(may: boolean): Choices | undefined {
  const { lang } = useWords();
  return useQuery({ queryKey: ["calls", "choices", lang], queryFn: ({ signal }) => choices(signal), staleTime: 60_000, enabled: may }).data;
}

/** Calls with these choices in their filters; the titles are in the reader's language already. */
export function described(known: Choices | undefined): Resource {
  if (!known) return CALLS;
  const options = (named: readonly Named[]): readonly Option[] => named.map(({ value, title }) => ({ value, title: { zh: title, en: title } }));
  const chosen: Readonly<Record<string, readonly Option[]>> = { queue: options(known.queues), agent: options(known.agents), source: options(known.sources) };
  return { ...CALLS, fields: CALLS.fields.map((field) => (chosen[field.name] ? { ...field, options: chosen[field.name]! } : field)) };
}
