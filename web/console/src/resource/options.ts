// What may stand in a field that chooses: fixed options, a dictionary's, or rows of another resource.
import { nameOf } from "./values.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Field, Resource } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import { list, one } from "../api/records.ts";
import { useMeta } from "../session/session.ts";
import { useWords } from "../text/words.ts";

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

export interface Options {
  readonly options: readonly Choice[];
  /** Narrows the choice on the server; null when all of it is here. */
  readonly search: ((text: string) => void) | null;
  readonly pending: boolean;
}

const MOST = 50;

/** `chosen` are values whose labels must be known even when the search does not find them. */
export function useOptions(field: Field, chosen: readonly string[]): Options {
  const { say, lang } = useWords();
  const [text, setText] = useState("");
  const resources = useMeta().data?.resources ?? [];
  const target = targetOf(field, resources);
  const query = new URLSearchParams({ limit: String(field.dictionary ? 200 : MOST) });
  if (text) query.set("q", text);
  const dictionary = useDictionary(field.dictionary ?? null);
  if (field.dictionary) {
    query.set("dictionary_id", dictionary ?? "");
    query.set("sort", "position");
  }
  const path = target?.path ?? "";
  const ready = target !== null && (!field.dictionary || dictionary !== null);
  const found = useQuery({ queryKey: ["options", path, query.toString()], queryFn: ({ signal }) => list(path, query, signal), enabled: ready, placeholderData: keepPreviousData, staleTime: 30_000 });
  const rows = found.data?.items ?? [];
  const known = new Set(rows.map((row) => valueOf(field, row)));
  const missing = field.dictionary || !found.data ? [] : chosen.filter((value) => !known.has(value)).sort();
  const others = useQuery({
    queryKey: ["options", path, "ids", missing.join()],
    queryFn: () => Promise.all(missing.map((id) => one(path, id).catch(() => null))),
    enabled: target !== null && missing.length > 0,
    staleTime: 30_000,
  });
  if (field.options) return { options: field.options.map((option) => ({ value: option.value, label: say(option.title) })), search: null, pending: false };
  if (!target) return { options: chosen.map((value) => ({ value, label: value })), search: null, pending: false };
  const all = [...rows, ...(others.data ?? []).flatMap((row) => (row ? [row] : []))];
  const options = all.map((row) => ({ value: valueOf(field, row), label: field.dictionary ? String(row[`title_${lang}`] ?? valueOf(field, row)) : nameOf(target, row, lang), disabled: row["enabled"] === false && !chosen.includes(valueOf(field, row)) }));
  return { options, search: field.dictionary ? null : setText, pending: found.isPending };
}

/** Id of the dictionary with that code. */
function useDictionary(code: string | null): string | null {
  const query = useQuery({
    queryKey: ["options", "dictionary", code],
    queryFn: ({ signal }) => list("dictionaries", new URLSearchParams({ code: code ?? "" }), signal),
    enabled: code !== null,
    staleTime: 300_000,
  });
  return query.data?.items[0]?.id ?? null;
}

function targetOf(field: Field, resources: readonly Resource[]): Resource | null {
  const name = field.dictionary ? "dictionary-options" : field.reference;
  return resources.find((resource) => (resource.name === name || resource.path === name) && resource.rights.read) ?? null;
}

function valueOf(field: Field, row: Row): string {
  return field.dictionary ? String(row["value"] ?? row.id) : row.id;
}
