import { addWords } from "../../text/words.ts";

addWords(
  "dictionaries",
  { none: "还没有选项。下拉框会按这里的顺序列出它们。", up: "上移", down: "下移", disabled: "已停用" },
  { none: "No options yet. Choices list them in this order.", up: "Move up", down: "Move down", disabled: "disabled" },
);
