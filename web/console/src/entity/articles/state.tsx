// The state of an article as the server names it.
import { Tag } from "antd";
import type { ReactElement } from "react";
import { Named } from "../../resource/named.tsx";
import { useResource } from "../../session/session.ts";

export function StateTag({ state }: { readonly state: string | null }): ReactElement | null {
  const field = useResource("articles")?.fields.find((entry) => entry.name === "state");
  return field && state ? <Tag className={`article-${state}`}><Named field={field} values={[state]} /></Tag> : null;
}
