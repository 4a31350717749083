// Every address of the console. What is not the shell is fetched when it is opened.
import { createBrowserRouter } from "react-router";
import { entityRoutes } from "./entity/registry.tsx";
import { Gate } from "./session/gate.tsx";
import { PageError } from "./shell/boundary.tsx";
import { Layout } from "./shell/layout.tsx";
import { NotFound } from "./shell/notfound.tsx";

export const router = createBrowserRouter(
  [
    {
      element: <Gate />,
      errorElement: <PageError />,
      hydrateFallbackElement: <></>,
      children: [
        {
          element: <Layout />,
          children: [
            {
              errorElement: <PageError />,
              children: [
                { index: true, lazy: async () => ({ Component: (await import("./home/page.tsx")).HomePage }) },
                { path: "profile", lazy: async () => ({ Component: (await import("./session/profile.tsx")).ProfilePage }) },
                ...entityRoutes(),
                { path: ":path", lazy: async () => ({ Component: (await import("./resource/list-route.tsx")).ListRoute }) },
                { path: ":path/:id", lazy: async () => ({ Component: (await import("./resource/detail-route.tsx")).DetailRoute }) },
                { path: "*", element: <NotFound /> },
              ],
            },
          ],
        },
      ],
    },
  ],
  { basename: "/console" },
);
