// The knowledge base: contents on the left, articles of a node or of a search beside them. `view=table` is the generic list.
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Tag } from "antd";
import type { ReactElement } from "react";
import { lazy, Suspense, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Part } from "../../api/articles.ts";
import { searchArticles } from "../../api/articles.ts";
import { can } from "../../api/meta.ts";
import { list } from "../../api/records.ts";
import type { Articles } from "../../api/schema.d.ts";
import { below, tree } from "../../api/tree.ts";
import { ListPage } from "../../resource/list-page.tsx";
import { instant } from "../../resource/values.ts";
import { useResource } from "../../session/session.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { useWords } from "../../text/words.ts";
import { Plus, Search } from "../../view/icons.tsx";
import { TreeView } from "../../view/treeview.tsx";
import type { ListProps } from "../registry.tsx";
import { StateTag } from "./state.tsx";
import "./words.ts";

const FormDrawer = lazy(async () => ({ default: (await import("../../resource/form-drawer.tsx")).FormDrawer }));
const MOST = 100;

export function ArticlesPage({ resource }: ListProps): ReactElement {
  const { t, say } = useWords();
  const [search, setSearch] = useSearchParams();
  const nodes = useResource("knowledge-nodes");
  const contents = useQuery({ queryKey: ["tree", "knowledge-nodes"], queryFn: ({ signal }) => tree("knowledge-nodes", signal), enabled: nodes?.rights.read ?? false });
  const [node, q, open] = [search.get("node"), search.get("q") ?? "", search.get("open")];
  if (search.get("view") === "table") return <ListPage resource={resource} aside={<Link to="/articles">{t("articles.reading")}</Link>} />;
  const go = (changes: Readonly<Record<string, string | null>>): void => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
    setSearch(next);
  };
  return (
    <div className="list">
      <header className="list-head">
        <h1>{say(resource.title)}</h1>
        <Link to="/articles?view=table">{t("articles.table")}</Link>
        <div className="tools">
          {can(resource, "create") && (
            <Button type="primary" icon={<Plus />} onClick={() => go({ open: "new" })}>
              {t("action.create")}
            </Button>
          )}
        </div>
      </header>
      <div className="split">
        <section className="panel split-side" aria-label={t("articles.nodes")}>
          <button type="button" className={node ? "all-nodes" : "all-nodes chosen"} aria-pressed={!node} onClick={() => go({ node: null })}>
            {t("articles.everything")}
          </button>
          {contents.isError && <ErrorPanel error={contents.error} retry={() => void contents.refetch()} />}
          {contents.data && <TreeView label={t("articles.nodes")} nodes={contents.data} chosen={node} choose={(id) => go({ node: id })} />}
        </section>
        <div className="split-main">
          <Question key={q} q={q} ask={(text) => go({ q: text })} />
          {q ? <Results q={q} node={node} /> : <Contents nodes={node && contents.data ? below(contents.data, node) : []} />}
        </div>
      </div>
      <Suspense fallback={null}>{open === "new" && can(resource, "create") && <FormDrawer resource={resource} id={null} preset={node ? { node_id: node } : {}} close={() => go({ open: null })} />}</Suspense>
    </div>
  );
}

function Question({ q, ask }: { readonly q: string; readonly ask: (text: string) => void }): ReactElement {
  const { t } = useWords();
  const [text, setText] = useState(q);
  return (
    <Input
      className="articles-search"
      data-search
      type="search"
      prefix={<Search />}
      suffix={<kbd>/</kbd>}
      value={text}
      maxLength={200}
      placeholder={t("articles.search")}
      aria-label={t("articles.search")}
      onChange={(event) => setText(event.target.value)}
      onPressEnter={() => ask(text.trim())}
    />
  );
}

/** Articles of these nodes, the last changed first; of all of them where none is named. */
function Contents({ nodes }: { readonly nodes: readonly string[] }): ReactElement {
  const { t } = useWords();
  const question = new URLSearchParams({ limit: String(MOST), ...(nodes.length > 0 ? { "node_id.in": nodes.join(",") } : {}) });
  const query = useQuery({ queryKey: ["list", "articles", question.toString()], queryFn: ({ signal }) => list("articles", question, signal) });
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <p className="panel faint">{t("list.loading")}</p>;
  if (query.data.items.length === 0) return <p className="panel faint" data-empty>{t("articles.none")}</p>;
  return (
    <ul className="panel articles">
      {(query.data.items as unknown as readonly Articles[]).map((article) => (
        <li key={article.id}>
          <p className="article-head">
            <Link to={`/articles/${article.id}`}>{article.title}</Link>
            {article.state !== "published" && <StateTag state={article.state} />}
            {article.tags.map((tag) => <Tag key={tag}>{tag}</Tag>)}
          </p>
          <p className="faint num">
            {article.node_id_label} · {instant(article.updated_at)} · {t("articles.used", { count: article.used ?? 0 })}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Results({ q, node }: { readonly q: string; readonly node: string | null }): ReactElement {
  const { t } = useWords();
  const query = useQuery({ queryKey: ["articles", q, node], queryFn: ({ signal }) => searchArticles(q, node, signal) });
  if (query.isError) return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <p className="panel faint">{t("list.loading")}</p>;
  if (query.data.length === 0) return <p className="panel faint" data-empty role="status">{t("articles.noneFound")}</p>;
  return (
    <section className="panel">
      <p className="faint" role="status">{t("articles.found", { count: query.data.length })}</p>
      <ul className="articles">
        {query.data.map((found) => (
          <li key={found.id}>
            <p className="article-head">
              <Link to={`/articles/${found.id}`}><Marked parts={found.title_parts} /></Link>
              {found.state !== "published" && <StateTag state={found.state} />}
            </p>
            <p className="snippet"><Marked parts={found.snippet} /></p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Marked({ parts }: { readonly parts: readonly Part[] }): ReactElement {
  return <>{parts.map((part, index) => (part.hit ? <mark key={index}>{part.text}</mark> : part.text))}</>;
}
