// A message: listened to, above who left it and what became of it.
import type { ReactElement } from "react";
import { soundOfMessage } from "../../api/sounds.ts";
import { FieldList } from "../../resource/field-list.tsx";
import { useChanges } from "../../resource/mutations.ts";
import { useWords } from "../../text/words.ts";
import { Player } from "../../view/player.tsx";
import type { RowProps } from "../registry.tsx";
import { useShaped } from "./shaped.ts";
import "./words.ts";

export function Detail({ resource, row }: RowProps): ReactElement {
  const { t } = useWords();
  const shaped = useShaped(resource);
  const { forget } = useChanges(resource);
  return (
    <>
      <section className="panel">
        <Player sound={soundOfMessage(row.id)} label={t("voicemail.listen")} {...(row["state"] === "new" ? { heard: () => void forget() } : {})} />
      </section>
      <section className="panel">
        <FieldList resource={shaped} row={row} />
      </section>
    </>
  );
}
