// The centre's time, to the second, like the wall's; whose time it is where the browser's clock shows another.
import type { ReactElement } from "react";
import { useEffect, useState } from "react";
import { useWords } from "../text/words.ts";
import { BROWSER_ZONE, centre, centreZone } from "../zone/centre.ts";
import { sameClock, timeOf } from "../zone/zone.ts";

const now = (): string => timeOf(Date.now(), centreZone());

export function Clock(): ReactElement {
  const { t, say } = useWords();
  const [time, setTime] = useState(now);
  const [elsewhere] = useState(() => !sameClock(centreZone(), BROWSER_ZONE, Date.now()));
  useEffect(() => {
    const timer = window.setInterval(() => setTime(now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  const { zone, title } = centre();
  return (
    <>
      {elsewhere && (
        <span className="clock-zone faint" title={t("app.zone", { zone })} data-zone={zone}>
          {title ? say(title) : zone}
        </span>
      )}
      <time className="clock num" aria-hidden="true">
        {time}
      </time>
    </>
  );
}
