// A page that breaks does not take the console with it.
import { Button } from "antd";
import type { ErrorInfo, ReactElement, ReactNode } from "react";
import { Component } from "react";
import { isRouteErrorResponse, useRouteError } from "react-router";
import { useWords } from "../text/words.ts";
import { NotFound } from "./notfound.tsx";

interface State {
  readonly broken: boolean;
}

/** The last net: around everything, without words that could break as well. */
export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { broken: false };

  static getDerivedStateFromError(): State {
    return { broken: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken(): ReactElement {
  const { t } = useWords();
  return (
    <section className="nothing" role="alert">
      <h1>{t("problem.page")}</h1>
      <p>{t("problem.pageText")}</p>
      <Button onClick={() => window.location.reload()}>{t("action.retry")}</Button>
    </section>
  );
}

/** What a route shows when it breaks or cannot be fetched. */
export function PageError(): ReactElement {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />;
  console.error(error);
  return <Broken />;
}
