// Creates or edits a row beside its list. Errors of the server stand at their fields; a clash is shown, not lost.
import { nameOf } from "./values.ts";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Drawer, Form } from "antd";
import type { ReactElement } from "react";
import { useEffect, useState } from "react";
import type { Field, Resource } from "../api/meta.ts";
import { Problem } from "../api/problem.ts";
import type { Row } from "../api/records.ts";
import { change, create, one } from "../api/records.ts";
import { entityOf } from "../entity/registry.tsx";
import { ErrorPanel, sentence } from "../shell/errorpanel.tsx";
import { floats } from "../shell/keys.ts";
import { useWords } from "../text/words.ts";
import { ClashDialog } from "./clash-dialog.tsx";
import { FieldInput } from "./field-input.tsx";
import type { Values } from "./form.ts";
import { changesOf, editable, startValues } from "./form.ts";
import { rulesOf } from "./form-rules.ts";
import { useChanges } from "./mutations.ts";
import { showOnce } from "./show-once.tsx";

interface Props {
  readonly resource: Resource;
  /** Null for a new row. */
  readonly id: string | null;
  readonly preset?: Values;
  /** Preset fields that the form does not show: the page around it says them. */
  readonly hidden?: readonly string[];
  readonly close: () => void;
}

export function FormDrawer({ resource, id, preset, hidden = [], close }: Props): ReactElement {
  const { t, lang, say } = useWords();
  const [form] = Form.useForm<Record<string, unknown>>();
  const { message, modal } = App.useApp();
  const { forget } = useChanges(resource);
  const [base, setBase] = useState<Row | null>(null);
  const [theirs, setTheirs] = useState<Row | null>(null);
  const [busy, setBusy] = useState(false);
  const [general, setGeneral] = useState<string | null>(null);
  const query = useQuery({ queryKey: ["one", resource.path, id], queryFn: () => one(resource.path, id ?? ""), enabled: id !== null, gcTime: 0, staleTime: 0, refetchOnReconnect: false });

  useEffect(() => {
    if (query.data && base === null) {
      setBase(query.data);
      form.setFieldsValue(startValues(resource, query.data));
    }
  }, [query.data, base, form, resource]);

  const shown = editable(resource, base).filter((field) => !hidden.includes(field.name));
  const start = (): Values => (base ? startValues(resource, base) : { ...startValues(resource, null), ...preset });
  const mine = (): Values => changesOf(resource, start(), form.getFieldsValue(true) as Values);

  const leave = (): void => {
    if (Object.keys(mine()).length === 0) return close();
    modal.confirm({ title: t("form.unsaved"), content: t("form.unsavedText"), okText: t("form.leave"), cancelText: t("form.stay"), autoFocusButton: "cancel", onOk: close });
  };
  const refused = async (error: unknown): Promise<void> => {
    if (error instanceof Problem && error.status === 412 && base) return setTheirs(await one(resource.path, base.id));
    const errors = error instanceof Problem ? error.errors : [];
    // A part of a field, such as `own.birthday`, stands at its field.
    const place = (name: string): string => name.split(".", 1)[0] ?? name;
    const known = errors.filter((entry) => shown.some((field) => field.name === place(entry.field)));
    form.setFields([...new Set(known.map((entry) => place(entry.field)))].map((name) => ({ name, errors: known.filter((entry) => place(entry.field) === name).map((entry) => entry.message) })));
    if (known[0]) form.scrollToField(place(known[0].field), { focus: true });
    setGeneral(known.length === errors.length && known.length > 0 ? null : sentence(error, t));
  };
  const save = async (at: Row | null): Promise<void> => {
    setBusy(true);
    setGeneral(null);
    try {
      const values = form.getFieldsValue(true) as Values;
      if (at) {
        const changes = mine();
        if (Object.keys(changes).length > 0) await change(resource.path, at, changes);
      } else {
        const made = await create(resource.path, changesOf(resource, {}, values));
        const token = made["token"];
        if (typeof token === "string") showOnce(modal, t, token);
      }
      await forget();
      void message.success(t(at ? "form.saved" : "form.created"));
      close();
    } catch (error) {
      await refused(error);
    } finally {
      setBusy(false);
    }
  };
  const ready = (id === null || base !== null) && !busy;
  useEffect(() => {
    // Wherever the focus is; but not below a dialog that asks something. A list that is open would take Enter for a choice of its
    // own, so it never hears of it, and leaving the field keeps what was typed; a calendar keeps that by Enter only.
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !ready || floats(".ant-modal")) return;
      const at = document.activeElement;
      if (!at?.closest(".ant-picker")) {
        event.preventDefault();
        event.stopPropagation();
        if (at instanceof HTMLElement) at.blur();
      }
      window.setTimeout(() => form.submit());
    };
    document.addEventListener("keydown", listen, true);
    return () => document.removeEventListener("keydown", listen, true);
  }, [form, ready]);
  const extra = (field: Field): string | undefined => {
    const entity = entityOf(resource.path);
    const hint = entity?.hints?.[field.name];
    if (hint) return say(hint);
    if (field.secret) return base ? t("form.secretHint") : undefined;
    return (field.kind === "list" || field.kind === "phones") && !entity?.inputs?.[field.name] ? t("form.listHint") : undefined;
  };

  const what = say(resource.title);
  const title = id === null ? t("form.create", { what }) : t("form.edit", { what: base ? nameOf(resource, base, lang) : what });
  const footer = (
    <div className="drawer-foot">
      <span className="faint keys" aria-hidden="true">
        <kbd>Esc</kbd> {t("keys.close")} <kbd>Ctrl</kbd> <kbd>Enter</kbd> {t("form.ctrlEnter")}
      </span>
      <Button onClick={leave}>{t("action.cancel")}</Button>
      <Button type="primary" onClick={() => form.submit()} loading={busy} disabled={id !== null && base === null}>
        {t("action.save")}
      </Button>
    </div>
  );
  return (
    <Drawer open size={entityOf(resource.path)?.wide ? 960 : 480} title={title} onClose={leave} footer={footer} mask={{ closable: true }} aria-label={title}>
      {query.isError && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      {(id === null || base !== null) && (
        <>
          <div role="alert">{general && <p className="refusal">{general}</p>}</div>
          <Form form={form} layout="vertical" initialValues={id === null ? { ...start() } : {}} onFinish={() => void save(base)} scrollToFirstError={{ focus: true }} validateTrigger={["onBlur", "onSubmit"]}>
            {shown.map((field) => (
              <Form.Item key={field.name} name={field.name} label={say(field.title)} required={field.required ?? false} rules={rulesOf(field, say(field.title), t, base !== null)} extra={extra(field)}>
                <FieldInput resource={resource} field={field} />
              </Form.Item>
            ))}
          </Form>
        </>
      )}
      {base && theirs && (
        <ClashDialog
          resource={resource}
          before={base}
          theirs={theirs}
          mine={mine()}
          keep={() => {
            setTheirs(null);
            void save(theirs);
          }}
          take={() => {
            form.resetFields();
            form.setFieldsValue(startValues(resource, theirs));
            setBase(theirs);
            setTheirs(null);
          }}
          cancel={() => setTheirs(null)}
        />
      )}
    </Drawer>
  );
}
