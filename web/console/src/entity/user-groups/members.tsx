// Who belongs to a group.
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "react-router";
import { list } from "../../api/records.ts";
import { useResource } from "../../session/session.ts";
import { useWords } from "../../text/words.ts";
import type { RowProps } from "../registry.tsx";

export function Members({ row }: RowProps): ReactElement | null {
  const { t, say } = useWords();
  const users = useResource("users");
  const question = new URLSearchParams({ group_id: row.id, limit: "200", count: "true" });
  const query = useQuery({ queryKey: ["list", "users", question.toString()], queryFn: ({ signal }) => list("users", question, signal), enabled: users?.rights.read ?? false });
  if (!users?.rights.read || !query.data) return null;
  if (query.data.items.length === 0) return <p className="faint">{t("list.empty", { what: say(users.title) })}</p>;
  return (
    <ul className="people">
      {query.data.items.map((user) => (
        <li key={user.id}>
          <Link to={`/users/${user.id}`}>{String(user["name"])}</Link> <span className="faint">{String(user["login"])}</span>
        </li>
      ))}
      {query.data.next && <li><Link to={`/users?group_id.in=${row.id}`}>{t("list.total", { count: query.data.total ?? "" })}</Link></li>}
    </ul>
  );
}
