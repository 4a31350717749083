// Doing it: ask the server, show what it says, offer the way back. What another one holds is taken only when one says so.
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { createElement } from "react";
import type { CallBack, CallBacks, Decision } from "../../api/call-backs.ts";
import { decide } from "../../api/call-backs.ts";
import { Problem } from "../../api/problem.ts";
import { useSession } from "../../session/session.ts";
import { sentence } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import { UndoMessage } from "../../view/undo.tsx";
import { whoOf } from "./columns.tsx";
import type { Deed } from "./deeds.ts";
import { decisionOf, undoing } from "./deeds.ts";
import { keyOf } from "./steady.ts";

export const KEY = "call-backs";

export interface Deeds {
  /** Throws what the server refuses, and what one would not take from another. */
  readonly send: (row: CallBack, deed: Deed, decision: Decision) => Promise<void>;
  /** Without a question before it. */
  readonly quick: (row: CallBack, deed: Exclude<Deed, "close">) => Promise<void>;
}

export function useDeeds(): Deeds {
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const { t } = useWords();
  const { user } = useSession();
  const fail = (error: unknown): void => {
    void message.error(sentence(error, t));
    void client.invalidateQueries({ queryKey: [KEY] });
  };
  const wants = (refusal: Problem): Promise<boolean> =>
    new Promise((resolve) => void modal.confirm({ title: t("callBacks.held"), content: refusal.detail, okText: t("callBacks.anyway"), cancelText: t("action.cancel"), onOk: () => resolve(true), onCancel: () => resolve(false) }));

  /** The row shows what was decided at once, then everything is asked anew. */
  const write = async (row: CallBack, decision: Decision): Promise<void> => {
    const now = await decide(row, decision);
    client.setQueriesData<CallBacks>({ queryKey: [KEY] }, (page) => page && { ...page, items: page.items.map((entry) => (keyOf(entry) === keyOf(row) ? { ...entry, ...now } : entry)) });
    void client.invalidateQueries({ queryKey: [KEY] });
  };
  const tell = (row: CallBack, deed: Deed): void => {
    const key = `call-back-${keyOf(row)}`;
    const text = t(`callBacks.did.${deed}`, { who: whoOf(row, t) });
    const back = undoing(row, user.id);
    const undo = (): void => {
      message.destroy(key);
      if (back) void write(row, back).then(() => message.success(t("callBacks.did.undone")), fail);
    };
    void message.open({ key, type: "success", duration: 8, content: back ? createElement(UndoMessage, { text, undo, label: t("action.undo") }) : text });
  };
  const send = async (row: CallBack, deed: Deed, decision: Decision): Promise<void> => {
    try {
      await write(row, decision);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 409 || decision.anyway) throw error;
      if (!(await wants(error))) throw error;
      await write(row, { ...decision, anyway: true });
    }
    tell(row, deed);
  };
  const quick = async (row: CallBack, deed: Exclude<Deed, "close">): Promise<void> => {
    try {
      await send(row, deed, decisionOf(deed));
    } catch (error) {
      // That another one holds it was said already; the row shall say so too.
      if (error instanceof Problem && error.status === 409) void client.invalidateQueries({ queryKey: [KEY] });
      else fail(error);
    }
  };
  return { send, quick };
}
