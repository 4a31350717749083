// The first page: the first entry of the menu.
import type { ReactElement } from "react";
import { Navigate } from "react-router";
import { useMeta } from "../session/session.ts";
import { useWords } from "../text/words.ts";
import { ErrorPanel } from "./errorpanel.tsx";
import { useMenu } from "./usemenu.ts";

export function Home(): ReactElement {
  const { t } = useWords();
  const meta = useMeta();
  const first = useMenu()[0]?.entries[0];
  if (meta.isError) return <ErrorPanel error={meta.error} retry={() => void meta.refetch()} />;
  if (first) return <Navigate to={`/${first.path}`} replace />;
  if (meta.isPending) return <></>;
  return (
    <section className="nothing">
      <h1>{t("home.empty")}</h1>
      <p>{t("home.emptyText")}</p>
    </section>
  );
}
