import { addWords } from "../../text/words.ts";

addWords(
  "devices",
  { pair: "配对大屏", pairText: "在大屏上扫码或打开链接。链接只能使用一次，{{until}} 前有效。", code: "配对码", codeText: "没有键盘时，打开 {{page}} 后输入配对码。", give: "生成密钥", giveText: "供程序使用。之前的密钥立即失效，已配对的大屏需要重新配对。", take: "收回密钥", takeText: "持有该密钥的大屏或程序立即断开。", taken: "已收回密钥" },
  { pair: "Pair a screen", pairText: "Scan this on the screen or open the link there. It works once, until {{until}}.", code: "Code", codeText: "Without a keyboard: open {{page}} and enter the code.", give: "Make a key", giveText: "For a program. The key before ends at once, and a paired screen has to be paired again.", take: "Take the key away", takeText: "The screen or program that has this key is cut off at once.", taken: "The key was taken away" },
);
