// Whether a number is on a list now, and which entry decides.
import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import type { ReactElement } from "react";
import { Link, useSearchParams } from "react-router";
import { lookUp } from "../../api/lists.ts";
import type { Row } from "../../api/records.ts";
import { gridColumns } from "../../resource/cells.tsx";
import { useResource, useSession } from "../../session/session.ts";
import { ErrorPanel } from "../../shell/errorpanel.tsx";
import { holds } from "../../shell/menuentries.ts";
import { Refused } from "../../shell/notfound.tsx";
import { useWords } from "../../text/words.ts";
import { Grid } from "../../view/grid.tsx";
import { entity } from "./entity.ts";
import "./words.ts";

const COLUMNS = ["kind", "number", "matching", "treatment", "reason", "until_at"];
const LEVELS = { none: "muted", black: "level-critical", red: "level-good" } as const;

export function LookUpPage(): ReactElement {
  const { t, lang, say } = useWords();
  const { rights } = useSession();
  const [search, setSearch] = useSearchParams();
  const resource = useResource("lists");
  const number = search.get("number") ?? "";
  const query = useQuery({ queryKey: ["list", "lists", "lookup", number], queryFn: ({ signal }) => lookUp(number, signal), enabled: number !== "" && holds(rights, "lists.lookup") });
  const title = say(entity.pages?.[0]?.title ?? { zh: "", en: "" });
  if (!holds(rights, "lists.lookup")) return <Refused what={title} />;
  const rows = (query.data?.entries ?? []) as unknown as readonly Row[];
  return (
    <div className="record">
      <header className="record-head">
        <h1>{title}</h1>
      </header>
      <section className="panel">
        <Form layout="inline" requiredMark={false} colon={false} initialValues={{ number }} onFinish={(values: { number: string }) => setSearch({ number: values.number.trim() })}>
          <Form.Item name="number" label={t("lists.number")} rules={[{ required: true, message: t("form.required", { what: t("lists.number") }) }]}>
            <Input type="tel" data-search autoComplete="off" maxLength={32} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={query.isFetching}>{t("lists.ask")}</Button>
        </Form>
        <p className="faint">{t("lists.hint")}</p>
      </section>
      {query.isError && <ErrorPanel error={query.error} />}
      {query.data && (
        <section className="panel" data-verdict={query.data.verdict}>
          <header>
            <h2 className={LEVELS[query.data.verdict]} role="status">{query.data.number}: {t(`lists.${query.data.verdict}`)}</h2>
          </header>
          {resource && rows.length > 0 && <Grid<Row> label={title} columns={gridColumns(resource, COLUMNS, lang, t)} rows={rows} keyOf={(row) => row.id} />}
          {resource?.rights.read && rows[0] && <p><Link to={`/lists/${rows[0].id}`}>{t("action.detail")}</Link></p>}
        </section>
      )}
    </div>
  );
}
