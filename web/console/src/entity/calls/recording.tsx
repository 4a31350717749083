// The recording of a call, for those who may listen.
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { recording, soundOfCall } from "../../api/sounds.ts";
import { duration, figure } from "../../resource/values.ts";
import { useSession } from "../../session/session.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { holds } from "../../shell/menuentries.ts";
import { useWords } from "../../text/words.ts";
import { Player } from "../../view/player.tsx";

export function Recording({ source, call }: { readonly source: string; readonly call: string }): ReactElement | null {
  const { t } = useWords();
  const { rights } = useSession();
  const query = useQuery({ queryKey: ["recording", source, call], queryFn: ({ signal }) => recording(source, call, signal), enabled: holds(rights, "recordings.play") });
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return null;
  const about = [query.data.duration_ms === null ? null : duration(query.data.duration_ms), `${figure(query.data.size / 1_000_000, 1)} MB`].filter(Boolean).join(" · ");
  return (
    <section className="panel" data-panel="recording">
      <header>
        <h2>{t("calls.recording")}</h2>
        <span className="faint num">{about}</span>
      </header>
      <Player sound={soundOfCall(source, call, query.data.may_download)} label={t("calls.recording")} />
    </section>
  );
}
