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

interface Props {
  readonly source: string;
  readonly call: string;
  /** Whether the telephone system says that there is one. */
  readonly told: boolean;
}

export function Recording({ source, call, told }: Props): ReactElement | null {
  const { t, lang } = useWords();
  const { rights } = useSession();
  const query = useQuery({ queryKey: ["recording", source, call, lang], queryFn: ({ signal }) => recording(source, call, signal), enabled: holds(rights, "recordings.play") });
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return null;
  if ("missing" in query.data) {
    if (!told) return null;
    return (
      <section className="panel" data-panel="recording">
        <header>
          <h2>{t("calls.recording")}</h2>
        </header>
        <p className="muted" data-missing>{t("calls.noRecording", { why: query.data.missing })}</p>
      </section>
    );
  }
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
