// The time, to the second, like the wall's.
import type { ReactElement } from "react";
import { useEffect, useState } from "react";

function now(): string {
  return new Date().toLocaleTimeString("en-GB");
}

export function Clock(): ReactElement {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = window.setInterval(() => setTime(now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <time className="clock num" aria-hidden="true">
      {time}
    </time>
  );
}
