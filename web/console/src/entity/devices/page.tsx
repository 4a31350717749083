// The screens, their boards by title.
import type { ReactElement } from "react";
import { ListPage } from "../../resource/list-page.tsx";
import type { ListProps } from "../registry.tsx";
import { useShaped } from "./boards.ts";

export function DevicesPage({ resource }: ListProps): ReactElement {
  return <ListPage resource={useShaped(resource)} />;
}
