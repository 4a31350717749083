// The messages that callers left; whoever writes may look for new ones.
import { App, Button } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import { can } from "../../api/meta.ts";
import { scanMessages } from "../../api/sounds.ts";
import { ListPage } from "../../resource/list-page.tsx";
import { useChanges } from "../../resource/mutations.ts";
import { useWords } from "../../text/words.ts";
import type { ListProps } from "../registry.tsx";
import { useShaped } from "./shaped.ts";
import "./words.ts";

export function VoicemailPage({ resource }: ListProps): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const { forget, fail } = useChanges(resource);
  const shaped = useShaped(resource);
  const [busy, setBusy] = useState(false);
  const scan = async (): Promise<void> => {
    setBusy(true);
    try {
      const found = await scanMessages();
      await forget();
      void message.success(t("voicemail.scanned", { count: found.new }));
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  };
  const aside = can(resource, "edit") ? <Button size="small" loading={busy} onClick={() => void scan()}>{t("voicemail.scan")}</Button> : undefined;
  return <ListPage resource={shaped} aside={aside} />;
}
