// Publish, withdraw, and say that it helped.
import { App, Button } from "antd";
import type { ReactElement } from "react";
import { publish, use, withdraw } from "../../api/articles.ts";
import { can } from "../../api/meta.ts";
import { useChanges } from "../../resource/mutations.ts";
import { useWords } from "../../text/words.ts";
import type { RowProps } from "../registry.tsx";
import "./words.ts";

export function Actions({ resource, row }: RowProps): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const { forget, fail } = useChanges(resource);
  const run = (deed: Promise<void>, said: string): void =>
    void deed.then(async () => {
      await forget();
      void message.success(t(said));
    }, fail);
  const published = row["state"] === "published";
  return (
    <>
      {published && <Button onClick={() => run(use(row.id), "articles.thanks")}>{t("articles.helped")}</Button>}
      {can(resource, "edit") && published && <Button onClick={() => run(withdraw(row.id), "articles.withdrawn")}>{t("articles.withdraw")}</Button>}
      {can(resource, "edit") && !published && <Button onClick={() => run(publish(row.id), "articles.published")}>{t("articles.publish")}</Button>}
    </>
  );
}
