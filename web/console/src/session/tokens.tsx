// One's own API tokens: made for some of one's rights, shown once, revoked.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Segmented, Select } from "antd";
import type { ReactElement } from "react";
import { useState } from "react";
import type { Token } from "../api/keys.ts";
import { makeToken, ownTokens, revokeToken } from "../api/keys.ts";
import { Problem } from "../api/problem.ts";
import { showOnce } from "../resource/show-once.tsx";
import { instant, NONE } from "../resource/values.ts";
import { ErrorPanel, sentence } from "../shell/errorpanel.tsx";
import { holds } from "../shell/menuentries.ts";
import { useWords } from "../text/words.ts";
import { ActionDialog } from "../view/action-dialog.tsx";
import { Plus } from "../view/icons.tsx";
import { useMeta, useSession } from "./session.ts";

const DAY_MS = 86_400_000;
const DAYS = [30, 90, 365] as const;
const KEY = ["own-tokens"];

interface Values {
  readonly name: string;
  readonly rights: readonly string[];
  readonly days: number;
}

export function Tokens(): ReactElement | null {
  const { t } = useWords();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: ownTokens });
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<Token | null>(null);
  // A server from before tokens has no such page.
  if (query.error instanceof Problem && query.error.status === 404) return null;
  const forget = (): Promise<void> => client.invalidateQueries({ queryKey: KEY });
  const make = async ({ name, rights, days }: Values): Promise<void> => {
    const secret = await makeToken({ name, rights, expires_at: new Date(Date.now() + days * DAY_MS).toISOString() });
    await forget();
    showOnce(modal, t, secret);
  };
  const revoke = async (token: Token): Promise<void> => {
    await revokeToken(token.id).catch((error: unknown) => void message.error(sentence(error, t)));
    await forget();
  };
  return (
    <section className="panel" data-panel="tokens">
      <header>
        <h2>{t("tokens.title")}</h2>
        <div className="right">
          <Button size="small" icon={<Plus />} onClick={() => setMaking(true)}>
            {t("tokens.make")}
          </Button>
        </div>
      </header>
      {query.isError && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      {query.data?.length === 0 && <p className="faint" data-empty>{t("tokens.none")}</p>}
      {query.data && query.data.length > 0 && <Table tokens={query.data} leave={setLeaving} />}
      {making && (
        <ActionDialog<Values> title={t("tokens.make")} deed={t("tokens.make")} initial={{ days: DAYS[1] }} act={make} close={() => setMaking(false)}>
          <Fields />
        </ActionDialog>
      )}
      {leaving && <ActionDialog title={t("tokens.revokeTitle", { name: leaving.name })} deed={t("tokens.revoke")} danger text={t("tokens.revokeText")} act={() => revoke(leaving)} close={() => setLeaving(null)} />}
    </section>
  );
}

/** Only what one may do oneself can be given away. */
function Fields(): ReactElement {
  const { t, say } = useWords();
  const { rights } = useSession();
  const options = (useMeta().data?.rights ?? []).filter((right) => holds(rights, right.name)).map((right) => ({ value: right.name, label: say(right.title) }));
  const needed = (what: string) => [{ required: true, message: t("form.required", { what }) }];
  return (
    <>
      <Form.Item name="name" label={t("tokens.name")} rules={needed(t("tokens.name"))}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="rights" label={t("tokens.rights")} rules={needed(t("tokens.rights"))}>
        <Select mode="multiple" options={options} showSearch={{ optionFilterProp: "label" }} />
      </Form.Item>
      <Form.Item name="days" label={t("tokens.until")}>
        <Segmented aria-label={t("tokens.until")} options={DAYS.map((days) => ({ value: days, label: t("tokens.days", { days }) }))} />
      </Form.Item>
    </>
  );
}

function Table({ tokens, leave }: { readonly tokens: readonly Token[]; readonly leave: (token: Token) => void }): ReactElement {
  const { t, say, lang } = useWords();
  const rights = useMeta().data?.rights ?? [];
  const title = (name: string): string => {
    const found = rights.find((right) => right.name === name);
    return found ? say(found.title) : name;
  };
  return (
    <table className="plain">
      <thead>
        <tr>
          {["name", "begins", "rights", "expires", "used"].map((name) => <th key={name} scope="col">{t(`tokens.${name}`)}</th>)}
          <th scope="col"><span className="unseen">{t("action.actions")}</span></th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id}>
            <th scope="row"><b>{token.name}</b></th>
            <td className="mono">{token.hint ?? NONE}</td>
            <td>{token.rights.map(title).join(lang === "zh" ? "、" : ", ")}</td>
            <td>{instant(token.expires_at)}</td>
            <td>{token.used_at ? instant(token.used_at) : NONE}</td>
            <td><Button size="small" onClick={() => leave(token)} aria-label={`${t("tokens.revoke")}: ${token.name}`}>{t("tokens.revoke")}</Button></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
