// Values that stand for something with a name, by that name: options of a dictionary, rows of other resources.
import type { ReactElement } from "react";
import type { Field } from "../api/meta.ts";
import { useWords } from "../text/words.ts";
import { useOptions } from "./options.ts";

export function Named({ field, values }: { readonly field: Field; readonly values: readonly string[] }): ReactElement {
  const { lang } = useWords();
  const { options } = useOptions(field, values);
  return <>{values.map((value) => options.find((option) => option.value === value)?.label ?? value).join(lang === "zh" ? "、" : ", ")}</>;
}
