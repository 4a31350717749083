// A text in Markdown as it is read; and beside its source while it is written.
import { Input } from "antd";
import type { ReactElement } from "react";
import { useDeferredValue, useMemo } from "react";
import type { FieldInputProps } from "../entity/registry.tsx";
import { useWords } from "../text/words.ts";
import { markdown } from "./markdown.ts";

export function Written({ text }: { readonly text: string }): ReactElement {
  const html = useMemo(() => markdown(text), [text]);
  return <div className="article" dangerouslySetInnerHTML={{ __html: html }} />;
}

export function MarkdownInput({ id, value, onChange, disabled = false }: FieldInputProps): ReactElement {
  const { t } = useWords();
  const text = typeof value === "string" ? value : "";
  const shown = useDeferredValue(text);
  return (
    <div className="markdown">
      <Input.TextArea {...(id ? { id } : {})} className="mono grows" disabled={disabled} value={text} onChange={(event) => onChange?.(event.target.value)} />
      <div className="preview" role="region" aria-label={t("form.preview")} tabIndex={0}>
        {shown ? <Written text={shown} /> : <p className="faint">{t("form.previewEmpty")}</p>}
      </div>
    </div>
  );
}
