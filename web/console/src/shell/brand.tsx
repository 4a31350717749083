// The logo of the house, or ours.
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { images } from "../api/images.ts";
import { useWords } from "../text/words.ts";
import { Mark } from "../view/icons.tsx";

export const IMAGES = ["images"] as const;

/** Addresses of the pictures that are set; none before they are known, or where the server does not answer. */
export function useImages(): ReadonlyMap<string, string> {
  return useQuery({ queryKey: IMAGES, queryFn: ({ signal }) => images(signal), staleTime: 300_000 }).data ?? new Map();
}

export function Brand(): ReactElement {
  const { t } = useWords();
  const logo = useImages().get("logo");
  return <>{logo ? <img className="logo" src={logo} alt={t("app.logo")} /> : <Mark />} {t("app.name")}</>;
}
