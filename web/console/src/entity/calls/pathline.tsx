// The path of a call as a time line: a bar of stretches, and every step below it.
import type { ReactElement } from "react";
import { duration } from "../../resource/values.ts";
import { useWords } from "../../text/words.ts";
import { centreZone } from "../../zone/centre.ts";
import { timeOf } from "../../zone/zone.ts";
import type { Step } from "./path.ts";
import { stretches } from "./path.ts";

export function PathLine({ steps, until }: { readonly steps: readonly Step[]; readonly until: number }): ReactElement {
  const { t } = useWords();
  const parts = stretches(steps, until);
  const first = parts[0]?.from ?? 0;
  const last = Math.max(...parts.map((part) => part.to), first + 1);
  // Short stretches stay wide enough for their words.
  const share = (from: number, to: number): number => Math.max((to - from) / (last - first), 0.03);
  return (
    <ol className="path-line" aria-label={t("calls.path")}>
      {parts.map((part, index) => (
        <li key={index} style={{ flexGrow: share(part.from, part.to) * 100 }}>
          <span className={`stretch stretch-${part.kind}`} aria-hidden="true" />
          <b>{t(`calls.${part.kind}`)}</b>
          <span className="num">{duration(part.to - part.from)}</span>
          <span className="muted">{part.who}</span>
        </li>
      ))}
    </ol>
  );
}

export function Steps({ steps }: { readonly steps: readonly Step[] }): ReactElement {
  const { t } = useWords();
  const first = Date.parse(steps[0]?.at ?? "");
  // A word that is not known here stands as the server says it.
  const word = (kind: string, value: string): string => t(`calls.${kind}.${value}`, { defaultValue: value });
  const about = (step: Step): string => {
    const number = step.number === undefined ? null : t(step.what === "rated" ? "calls.score" : "calls.position", { number: step.number });
    return [step.queue, step.agent, step.to && `→ ${step.to}`, step.why && word("whys", step.why), number, step.ms === undefined ? null : duration(step.ms)].filter(Boolean).join(" · ");
  };
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">{t("calls.time")}</th>
          <th scope="col">{t("calls.after")}</th>
          <th scope="col">{t("calls.step")}</th>
          <th scope="col">{t("calls.about")}</th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step, index) => (
          <tr key={index}>
            <td>{timeOf(Date.parse(step.at), centreZone())}</td>
            <td>{duration(Date.parse(step.at) - first)}</td>
            <td><b>{word("steps", step.what)}</b></td>
            <td>{about(step)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
