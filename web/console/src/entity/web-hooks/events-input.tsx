// What a hook listens to: resources down, what is done across.
import type { ReactElement } from "react";
import { useMeta } from "../../session/session.ts";
import { useWords } from "../../text/words.ts";
import type { BoxLine } from "../../view/check-table.tsx";
import { CheckTable } from "../../view/check-table.tsx";
import type { FieldInputProps } from "../registry.tsx";
import type { Deed } from "./events.ts";
import { DEEDS, listens, toggled } from "./events.ts";
import "./words.ts";

export function EventsInput({ id, value, onChange, disabled = false }: FieldInputProps): ReactElement {
  const { t, say } = useWords();
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const resources = (useMeta().data?.resources ?? []).filter((resource) => resource.rights.read);
  const lines = resources.map(
    (resource): BoxLine<Deed> => ({
      key: resource.name,
      title: say(resource.title),
      box: (deed) => listens(chosen, resource.name, deed),
      tick: (deed, on) => onChange?.(toggled(chosen, resource.name, deed, on)),
    }),
  );
  return <CheckTable id={id} what={t("webhooks.what")} columns={DEEDS.map((deed) => ({ key: deed, title: t(`webhooks.${deed}`) }))} lines={lines} disabled={disabled} />;
}
