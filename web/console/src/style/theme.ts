// antd's theme from the shared palette: the colours have one definition, palette.css.
import type { ThemeConfig } from "antd";
import { theme as antd } from "antd";
import css from "../../../palette.css?raw";
import { readPalette } from "./palette.ts";

export type Shade = "light" | "dark";

const FONT = `"Inter Console", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif`;

/** antd's configuration for one of the two themes; `still` for those who asked their system for less motion. All motion is antd's. */
export function themeOf(shade: Shade, still: boolean): ThemeConfig {
  const colour = readPalette(css, shade);
  return {
    algorithm: shade === "dark" ? antd.darkAlgorithm : antd.defaultAlgorithm,
    cssVar: { key: `callboard-${shade}` },
    hashed: false,
    token: {
      fontFamily: FONT,
      fontSize: 13,
      fontSizeSM: 12,
      fontSizeLG: 14,
      paddingLG: 20,
      controlHeight: 32,
      controlHeightSM: 28,
      borderRadius: 4,
      borderRadiusLG: 8,
      borderRadiusSM: 4,
      wireframe: false,
      motion: !still,
      motionDurationFast: "0.08s",
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.2s",
      colorPrimary: colour("inverse"),
      colorPrimaryHover: colour("text-soft"),
      colorPrimaryActive: colour("inverse"),
      colorTextLightSolid: colour("on-inverse"),
      colorInfo: colour("link"),
      colorLink: colour("link"),
      colorLinkHover: colour("focus"),
      colorError: colour("critical"),
      colorErrorBg: colour("critical-row"),
      colorWarning: colour("warning"),
      colorWarningBg: colour("warning-ground"),
      colorSuccess: colour("good"),
      colorText: colour("text"),
      colorTextSecondary: colour("text-soft"),
      colorTextTertiary: colour("text-faint"),
      colorTextQuaternary: colour("text-faint"),
      colorTextPlaceholder: colour("text-faint"),
      colorTextDescription: colour("text-soft"),
      colorTextDisabled: colour("text-faint"),
      colorIcon: colour("text-soft"),
      colorBgBase: colour("tile"),
      colorBgContainer: colour("tile"),
      colorBgElevated: colour("tile"),
      colorBgLayout: colour("ground"),
      colorBgMask: "rgb(9 14 16 / 0.36)",
      colorFillQuaternary: colour("raised"),
      colorFillTertiary: colour("raised"),
      colorBorder: colour("control-line"),
      colorBorderSecondary: colour("line"),
      colorSplit: colour("line"),
      controlItemBgActive: colour("selection"),
      controlItemBgActiveHover: colour("selection"),
      controlItemBgHover: colour("raised"),
      controlOutline: "transparent",
      boxShadow: "var(--shadow-pop)",
      boxShadowSecondary: "var(--shadow-pop)",
    },
    components: {
      Button: { primaryColor: colour("on-inverse"), primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", fontWeight: 500, dangerColor: colour("on-inverse") },
      Input: { activeBorderColor: colour("focus"), hoverBorderColor: colour("text-soft"), activeShadow: "none" },
      InputNumber: { activeBorderColor: colour("focus"), hoverBorderColor: colour("text-soft"), activeShadow: "none" },
      Select: { activeBorderColor: colour("focus"), hoverBorderColor: colour("text-soft"), activeOutlineColor: "transparent", optionSelectedBg: colour("selection") },
      DatePicker: { activeBorderColor: colour("focus"), hoverBorderColor: colour("text-soft"), activeShadow: "none" },
      Tabs: { inkBarColor: colour("text"), itemSelectedColor: colour("text"), itemColor: colour("text-soft") },
      Form: { itemMarginBottom: 16, verticalLabelPadding: "0 0 4px" },
      Switch: { handleBg: colour("tile") },
    },
  };
}
