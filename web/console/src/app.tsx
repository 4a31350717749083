// What stands around every page: data, theme, language, routes.
import { StyleProvider } from "@ant-design/cssinjs";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import type { ReactElement } from "react";
import { useMemo } from "react";
import { RouterProvider } from "react-router";
import { Problem, UNREACHABLE } from "./api/problem.ts";
import { router } from "./routes.tsx";
import { Boundary } from "./shell/boundary.tsx";
import { useShade, useStill } from "./style/shade.ts";
import { themeOf } from "./style/theme.ts";
import { useWords } from "./text/words.ts";

/** Only what may go better the next time is asked again. */
function again(count: number, error: unknown): boolean {
  return count < 2 && error instanceof Problem && (error.status === UNREACHABLE || error.status >= 502);
}

const client = new QueryClient({
  defaultOptions: { queries: { retry: again, staleTime: 5_000, refetchOnWindowFocus: false }, mutations: { retry: false } },
});

export function App(): ReactElement {
  const { lang } = useWords();
  const shade = useShade();
  const still = useStill();
  const theme = useMemo(() => themeOf(shade, still), [shade, still]);
  return (
    <Boundary>
      <QueryClientProvider client={client}>
        <StyleProvider layer>
          <ConfigProvider theme={theme} locale={lang === "zh" ? zhCN : enUS} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
            <AntApp component={false} message={{ maxCount: 3, top: 56 }}>
              <RouterProvider router={router} />
            </AntApp>
          </ConfigProvider>
        </StyleProvider>
      </QueryClientProvider>
    </Boundary>
  );
}
