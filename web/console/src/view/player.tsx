// Listens to a sound: the browser's player, and above it the waveform with what has been heard.
import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import type { MouseEvent, ReactElement } from "react";
import { useRef, useState } from "react";
import type { Sound } from "../api/sounds.ts";
import { waveform } from "../api/sounds.ts";
import { useWords } from "../text/words.ts";
import { CHANNEL, outline, WIDTH } from "./wave.ts";

const RATES = [1, 1.25, 1.5, 2];

interface Props {
  readonly sound: Sound;
  /** What is heard, for those who do not see it. */
  readonly label: string;
  /** Called when somebody has begun to listen. */
  readonly heard?: () => void;
}

export function Player({ sound, label, heard }: Props): ReactElement {
  const { t } = useWords();
  const audio = useRef<HTMLAudioElement>(null);
  const [at, setAt] = useState(0);
  const [rate, setRate] = useState(1);
  const [broken, setBroken] = useState(false);
  const wave = useQuery({ queryKey: ["waveform", sound.waveform], queryFn: ({ signal }) => waveform(sound.waveform, signal), staleTime: Number.POSITIVE_INFINITY });
  const channels = wave.data?.channels ?? [];
  const height = CHANNEL * Math.max(1, channels.length);
  const seek = (event: MouseEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const player = audio.current;
    if (player && wave.data) player.currentTime = ((event.clientX - box.left) / box.width) * (wave.data.duration_ms / 1000);
  };
  const speed = (next: number): void => {
    setRate(next);
    if (audio.current) audio.current.playbackRate = next;
  };
  return (
    <div className="player" data-player>
      {wave.data && channels.length > 0 && (
        <svg className="wave" viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" aria-hidden="true" onClick={seek}>
          {channels.map((peaks, index) => <path key={index} d={outline(peaks, index)} />)}
          <clipPath id="heard">
            <rect x="0" y="0" width={at * WIDTH} height={height} />
          </clipPath>
          <g className="wave-heard" clipPath="url(#heard)">
            {channels.map((peaks, index) => <path key={index} d={outline(peaks, index)} />)}
          </g>
        </svg>
      )}
      <div className="player-line">
        {/* Nothing is fetched before somebody listens: each listening is a line in the audit log. */}
        <audio
          ref={audio}
          controls
          preload="none"
          src={sound.audio}
          aria-label={label}
          onPlaying={heard}
          onError={() => setBroken(true)}
          onTimeUpdate={(event) => setAt(event.currentTarget.duration ? event.currentTarget.currentTime / event.currentTarget.duration : 0)}
        />
        <Segmented size="small" aria-label={t("player.rate")} value={rate} options={RATES.map((value) => ({ value, label: `${value}×` }))} onChange={speed} />
        {sound.download && <a href={sound.download} download>{t("action.download")}</a>}
      </div>
      <div role="status">{broken && <p className="level-critical">{t("player.broken")}</p>}</div>
    </div>
  );
}
