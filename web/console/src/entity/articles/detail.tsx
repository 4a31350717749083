// An article as it is read, with its files; whoever writes sees its versions too.
import { Tag } from "antd";
import type { ReactElement } from "react";
import { can } from "../../api/meta.ts";
import type { Articles } from "../../api/schema.d.ts";
import { instant } from "../../resource/values.ts";
import { useWords } from "../../text/words.ts";
import { Written } from "../../view/written.tsx";
import type { RowProps } from "../registry.tsx";
import { Attachments } from "./attachments.tsx";
import { StateTag } from "./state.tsx";
import { Versions } from "./versions.tsx";
import "./words.ts";

export function Detail({ resource, row }: RowProps): ReactElement {
  const { t } = useWords();
  const article = row as unknown as Articles;
  const writes = can(resource, "edit");
  return (
    <div className="person-split article-split">
      <section className="panel">
        <p className="article-head">
          <StateTag state={article.state} />
          {article.tags.map((tag) => <Tag key={tag}>{tag}</Tag>)}
          <span className="faint num">
            {[article.node_id_label, article.author_id_label, article.published_at && instant(article.published_at), t("articles.used", { count: article.used ?? 0 })].filter(Boolean).join(" · ")}
          </span>
        </p>
        <Written text={article.body} />
      </section>
      <div>
        <section className="panel" data-panel="attachments">
          <Attachments id={row.id} writes={writes} />
        </section>
        {writes && (
          <section className="panel" data-panel="versions">
            <Versions article={article} />
          </section>
        )}
      </div>
    </div>
  );
}
