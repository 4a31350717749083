// An address that leads nowhere, or not for this user.
import type { ReactElement } from "react";
import { Link } from "react-router";
import { useWords } from "../text/words.ts";

export function NotFound(): ReactElement {
  const { t } = useWords();
  return (
    <section className="nothing">
      <h1>{t("missing.title")}</h1>
      <p>{t("missing.text")}</p>
      <Link to="/">{t("action.first")}</Link>
    </section>
  );
}

export function Refused({ what }: { readonly what: string }): ReactElement {
  const { t } = useWords();
  return (
    <section className="nothing" data-refused>
      <h1>{t("missing.refused")}</h1>
      <p>{t("missing.refusedText", { what })}</p>
      <Link to="/">{t("action.first")}</Link>
    </section>
  );
}
