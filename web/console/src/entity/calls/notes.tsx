// Notes on a call: what people wrote about it, newest last, and a place to add one.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import type { FormEvent, KeyboardEvent, ReactElement } from "react";
import { createElement, useId, useState } from "react";
import type { Note } from "../../api/notes.ts";
import { addNote, notes, removeNote } from "../../api/notes.ts";
import { Problem } from "../../api/problem.ts";
import { figure, instant } from "../../resource/values.ts";
import { useSession } from "../../session/session.ts";
import { ErrorPanel, sentence } from "../../shell/errorpanel.tsx";
import { holds } from "../../shell/menuentries.ts";
import { useWords } from "../../text/words.ts";
import { Cross } from "../../view/icons.tsx";
import { UndoMessage } from "../../view/undo.tsx";
import { isNearLimit, LONGEST, sendable } from "./noting.ts";
import "./note-words.ts";

const EVERY_MS = 30_000;

interface Props {
  readonly source: string;
  readonly call: string;
}

export function CallNotes({ source, call }: Props): ReactElement | null {
  const { t } = useWords();
  const { message } = App.useApp();
  const { rights } = useSession();
  const client = useQueryClient();
  const title = useId();
  const queryKey = ["call-notes", source, call];
  const query = useQuery({ queryKey, queryFn: ({ signal }) => notes(source, call, signal), refetchInterval: EVERY_MS });
  // Who may not read notes sees no place for them.
  if (query.error instanceof Problem && query.error.status === 403) return null;
  const writes = holds(rights, "calls.note");
  const fail = (error: unknown): void => void message.error(sentence(error, t));
  const forget = (): Promise<void> => client.invalidateQueries({ queryKey });
  const add = async (text: string): Promise<void> => {
    await addNote(source, call, text);
    await forget();
  };
  const drop = async (note: Note): Promise<void> => {
    await removeNote(source, call, note.id);
    await forget();
    const key = `call-note-${note.id}`;
    const undo = (): void => {
      message.destroy(key);
      void add(note.text).then(() => message.success(t("callNotes.restored")), fail);
    };
    void message.open({ key, type: "success", duration: 8, content: createElement(UndoMessage, { text: t("callNotes.removed"), undo, label: t("action.undo") }) });
  };
  return (
    <section className="panel" data-panel="notes" aria-labelledby={title}>
      <header>
        <h2 id={title}>{t("callNotes.title")}</h2>
        {query.data && query.data.length > 0 && <span className="faint num">{figure(query.data.length)}</span>}
      </header>
      {query.isError && !query.data && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <p className="faint">{t("list.loading")}</p>}
      {query.data?.length === 0 && <p className="faint" data-empty>{t("callNotes.none")}</p>}
      {query.data && query.data.length > 0 && (
        <ol className="call-notes">
          {query.data.map((note) => (
            <li key={note.id}>
              <p className="call-note-head">
                <b>{note.user_label ?? t("callNotes.nobody")}</b> <time className="faint num" dateTime={note.created_at}>{instant(note.created_at)}</time>
                {note.own && writes && (
                  <button type="button" className="row-button" title={t("callNotes.remove")} aria-label={`${t("callNotes.remove")}: ${instant(note.created_at)}`} onClick={() => void drop(note).catch(fail)}>
                    <Cross />
                  </button>
                )}
              </p>
              <p className="written">{note.text}</p>
            </li>
          ))}
        </ol>
      )}
      {writes && query.data && <NewNote add={add} />}
    </section>
  );
}

function NewNote({ add }: { readonly add: (text: string) => Promise<void> }): ReactElement {
  const { t } = useWords();
  const { message } = App.useApp();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const ready = sendable(text);
  const send = async (): Promise<void> => {
    if (ready === null || busy) return;
    setBusy(true);
    try {
      await add(ready);
      setText("");
    } catch (error) {
      // What was written stays.
      void message.error(sentence(error, t));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void send();
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
  };
  return (
    <form className="call-note-new" onSubmit={submit}>
      <Input.TextArea className="grows" value={text} maxLength={LONGEST} aria-label={t("callNotes.add")} placeholder={t("callNotes.hint")} onChange={(event) => setText(event.target.value)} onKeyDown={keys} />
      <div className="call-note-foot">
        <Button htmlType="submit" disabled={ready === null} loading={busy}>
          {t("callNotes.add")}
        </Button>
        <span className="faint" aria-hidden="true">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd> {t("callNotes.sends")}
        </span>
        <span className="muted num" role="status">{isNearLimit(text) && t("callNotes.left", { length: figure(text.length), longest: figure(LONGEST) })}</span>
      </div>
    </form>
  );
}
