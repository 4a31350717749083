// Writing rows, and what every page has to forget afterwards.
import { nameOf } from "./values.ts";
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { createElement } from "react";
import type { Resource } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import { change, remove } from "../api/records.ts";
import { sentence } from "../shell/errorpanel.tsx";
import { useWords } from "../text/words.ts";
import { UndoMessage } from "../view/undo.tsx";

export interface Changes {
  /** Lists, records and labels that show this resource are asked anew. */
  readonly forget: () => Promise<void>;
  readonly toggle: (row: Row) => Promise<void>;
  readonly drop: (row: Row) => Promise<boolean>;
  readonly fail: (error: unknown) => void;
}

export function useChanges(resource: Resource): Changes {
  const client = useQueryClient();
  const { message } = App.useApp();
  const { t, lang } = useWords();
  const forget = (): Promise<void> => client.invalidateQueries({ predicate: (query) => ["list", "one", "tree", "trail", "options"].includes(String(query.queryKey[0])) });
  const fail = (error: unknown): void => void message.error(sentence(error, t));
  const toggle = async (row: Row): Promise<void> => {
    const enabled = row["enabled"] === false;
    try {
      const now = await change(resource.path, row, { enabled });
      await forget();
      const key = `toggle-${row.id}`;
      const undo = (): void => {
        message.destroy(key);
        void change(resource.path, now, { enabled: !enabled }).then(forget, fail);
      };
      const text = t(enabled ? "toggle.enabled" : "toggle.disabled", { what: nameOf(resource, row, lang) });
      void message.open({ key, type: "success", duration: 8, content: createElement(UndoMessage, { text, undo, label: t("action.undo") }) });
    } catch (error) {
      fail(error);
      await forget();
    }
  };
  const drop = async (row: Row): Promise<boolean> => {
    try {
      await remove(resource.path, row);
      await forget();
      void message.success(t("remove.done"));
      return true;
    } catch (error) {
      fail(error);
      return false;
    }
  };
  return { forget, toggle, drop, fail };
}
