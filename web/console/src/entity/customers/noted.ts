// Asks for all that was noted about a customer, as far as one may read it.
import { useQuery } from "@tanstack/react-query";
import type { Contacts } from "../../api/customers.ts";
import { contacts } from "../../api/customers.ts";
import type { Row } from "../../api/records.ts";
import { list } from "../../api/records.ts";
import { useResource } from "../../session/session.ts";
import type { Noted } from "./timeline.ts";

const MOST = "100";
const NOBODY: Contacts = { items: [], known: false };

function useRows(path: string, id: string): { readonly rows: readonly Row[]; readonly pending: boolean } {
  const resource = useResource(path);
  const question = new URLSearchParams({ customer_id: id, limit: MOST });
  const query = useQuery({ queryKey: ["list", path, question.toString()], queryFn: ({ signal }) => list(path, question, signal), enabled: resource?.rights.read ?? false });
  return { rows: query.data?.items ?? [], pending: query.isLoading };
}

export function useNoted(id: string): { readonly noted: Noted; readonly pending: boolean; readonly callsKnown: boolean } {
  const calls = useQuery({ queryKey: ["contacts", id], queryFn: ({ signal }) => contacts(id, signal) });
  const parts = { followUps: useRows("follow-ups", id), appointments: useRows("appointments", id), opportunities: useRows("opportunities", id), transfers: useRows("customer-transfers", id) };
  const noted = {
    contacts: (calls.data ?? NOBODY).items,
    // Rows carry the fields that the API's document says for their resource.
    followUps: parts.followUps.rows as unknown as Noted["followUps"],
    appointments: parts.appointments.rows as unknown as Noted["appointments"],
    opportunities: parts.opportunities.rows as unknown as Noted["opportunities"],
    transfers: parts.transfers.rows as unknown as Noted["transfers"],
  };
  return { noted, pending: calls.isPending || Object.values(parts).some((part) => part.pending), callsKnown: calls.data?.known ?? true };
}
