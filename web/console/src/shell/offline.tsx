// Says that the network is gone, and that it is back by going away.
import type { ReactElement } from "react";
import { useSyncExternalStore } from "react";
import { useWords } from "../text/words.ts";

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

export function Offline(): ReactElement {
  const { t } = useWords();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return <div role="status">{!online && <p className="offline">{t("offline")}</p>}</div>;
}
