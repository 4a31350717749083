// A customer from all sides: who they are, what stands open, what was done with them.
import { Tabs, Tag } from "antd";
import type { ReactElement } from "react";
import { useSearchParams } from "react-router";
import type { Row } from "../../api/records.ts";
import { FieldList } from "../../resource/field-list.tsx";
import { Named } from "../../resource/named.tsx";
import { Related } from "../../resource/related.tsx";
import { figure, instant, NONE } from "../../resource/values.ts";
import { useResource, useSession } from "../../session/session.ts";
import { holds } from "../../shell/menuentries.ts";
import { useWords } from "../../text/words.ts";
import { useChoices } from "../calls/choices.ts";
import type { RowProps } from "../registry.tsx";
import { Calls } from "./calls.tsx";
import { useNoted } from "./noted.ts";
import { ownOf } from "./own.ts";
import { OwnValues } from "./own-fields.tsx";
import { Story } from "./story.tsx";
import { figures, timeline, withNames } from "./timeline.ts";
import "./words.ts";

/** Shown in the head of the page, not again among the fields. */
const HEAD = ["name", "phones", "level", "tags", "own", "owner_id"];
const TABS = [["follow-ups", ["created_at", "kind", "content", "next_at", "user_id"]], ["appointments", ["at", "subject", "state", "user_id"]], ["opportunities", ["name", "stage", "state", "amount", "expected_on", "owner_id"]], ["customer-transfers", ["created_at", "action", "from_id", "to_id", "reason", "user_id"]]] as const;

export function Detail({ resource, row }: RowProps): ReactElement {
  const { t } = useWords();
  const { noted, pending, callsKnown } = useNoted(row.id);
  const [search, setSearch] = useSearchParams();
  const known = useChoices(holds(useSession().rights, "calls.read"));
  const contacts = withNames(noted.contacts, known);
  const related = useTabs(row);
  const items = [
    { key: "story", label: t("customers.story"), children: <Story moments={timeline({ ...noted, contacts })} pending={pending} /> },
    ...related,
    { key: "calls", label: t("customers.calls"), children: <Calls contacts={contacts} known={callsKnown} /> },
  ];
  return (
    <>
      <section className="panel person">
        <Person row={row} />
        <Numbers noted={noted} pending={pending} callsKnown={callsKnown} />
      </section>
      <div className="person-split">
        <section className="panel">
          <header>
            <h2>{t("detail.fields")}</h2>
          </header>
          <FieldList resource={resource} row={row} without={HEAD}>
            <OwnValues own={ownOf(row["own"])} />
          </FieldList>
        </section>
        <section className="panel">
          <Tabs size="small" items={items} activeKey={search.get("tab") ?? "story"} onChange={(tab) => setSearch(tab === "story" ? {} : { tab }, { replace: true })} />
        </section>
      </div>
    </>
  );
}

/** One tab for each resource that belongs to customers and may be read. */
function useTabs(row: Row): readonly { key: string; label: string; children: ReactElement }[] {
  const { say } = useWords();
  const resources = [useResource("follow-ups"), useResource("appointments"), useResource("opportunities"), useResource("customer-transfers")];
  return TABS.flatMap(([path, columns], index) => {
    const resource = resources[index];
    return resource?.rights.read ? [{ key: path, label: say(resource.title), children: <Related path={path} by="customer_id" id={row.id} columns={columns} /> }] : [];
  });
}

function Person({ row }: { readonly row: Row }): ReactElement {
  const { t } = useWords();
  const level = useResource("customers")?.fields.find((field) => field.name === "level");
  const texts = (name: string): readonly string[] => (Array.isArray(row[name]) ? row[name].map(String) : []);
  const owner = row["owner_id_label"];
  return (
    <div className="person-head">
      <p className="person-line">
        {level && typeof row["level"] === "string" && <Tag className="person-level"><Named field={level} values={[row["level"]]} /></Tag>}
        {texts("tags").map((tag) => <Tag key={tag}>{tag}</Tag>)}
        {row["owner_id"] === null && <Tag className="person-pool">{t("customers.pool")}</Tag>}
      </p>
      <p className="person-line num">
        {texts("phones").map((phone) => (phone.includes("*") ? <span key={phone}>{phone}</span> : <a key={phone} href={`tel:${phone}`}>{phone}</a>))}
        {typeof owner === "string" && <span className="muted">{t("customers.owner", { name: owner })}</span>}
      </p>
    </div>
  );
}

type NumbersProps = Pick<ReturnType<typeof useNoted>, "noted" | "pending" | "callsKnown">;

function Numbers({ noted, pending, callsKnown }: NumbersProps): ReactElement {
  const { t } = useWords();
  const of = figures(noted, new Date().toISOString());
  const shown = [
    ["calls", callsKnown ? figure(of.calls) : NONE],
    ["followed", figure(of.followUps)],
    ["open", figure(of.open)],
    ["amount", figure(of.cents / 100, 2)],
    ["last", of.last ? instant(of.last) : NONE],
  ] as const;
  return (
    <dl className="numbers" aria-busy={pending}>
      {shown.map(([name, text]) => (
        <div key={name}>
          <dt>{t(`customers.figures.${name}`)}</dt>
          <dd className="num">
            {pending ? NONE : text}
            {name === "open" && of.overdue > 0 && <span className="level-warning overdue">{t("customers.overdue", { count: of.overdue })}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
