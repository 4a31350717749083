// A secret that the server tells once, when it is made.
import { Typography } from "antd";
import type { HookAPI } from "antd/es/modal/useModal";

export function showOnce(modal: HookAPI, t: (key: string) => string, secret: string): void {
  modal.success({
    title: t("form.once"),
    width: 560,
    okText: t("action.close"),
    content: (
      <>
        <p>{t("form.onceText")}</p>
        <Typography.Text code copyable className="secret" data-secret>
          {secret}
        </Typography.Text>
      </>
    ),
  });
}
