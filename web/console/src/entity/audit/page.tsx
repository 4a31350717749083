// The audit log, its codes in words.
import type { ReactElement } from "react";
import { ListPage } from "../../resource/list-page.tsx";
import type { ListProps } from "../registry.tsx";
import { useShaped } from "./shaped.ts";

export function AuditPage({ resource }: ListProps): ReactElement {
  return <ListPage resource={useShaped(resource)} />;
}
