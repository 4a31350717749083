// A centre of which nothing was ever heard: what the wall waits for, and the ways to feed it, instead of empty tiles.
import type { Scene } from "../scene";
import { say, type Word } from "../words";

const WAYS: readonly { readonly title: Word; readonly text: string }[] = [
  { title: "feedAsterisk", text: "[[sources]]\nkind = \"asterisk-ami\"\nname = \"pbx\"\naddress = \"127.0.0.1:5038\"\nuser = \"callboard\"\nsecret_env = \"AMI_SECRET\"" },
  { title: "feedFile", text: "export CALLBOARD_TOKEN=...\ncallboard import \\\n  --dialect asterisk-queue-log \\\n  --server {server} \\\n  /var/log/asterisk/queue_log" },
  { title: "feedHttp", text: "curl --data-binary @events.ndjson \\\n  -H \"Authorization: Bearer $CALLBOARD_TOKEN\" \\\n  {server}/api/v1/events" },
  { title: "feedDemo", text: "callboard serve --demo --data demo" },
];

/** The picture before the first event. */
export function Waiting({ scene, server }: { readonly scene: Scene; readonly server: string }) {
  const { lang } = scene;
  return (
    <main class="waiting">
      <h2>{say(lang, "waitingTitle")}</h2>
      <p>{say(lang, "waitingText")}</p>
      <ul>
        {WAYS.map(({ title, text }) => (
          <li key={title}>
            <h3>{say(lang, title)}</h3>
            <pre>{text.replaceAll("{server}", server)}</pre>
          </li>
        ))}
      </ul>
    </main>
  );
}
