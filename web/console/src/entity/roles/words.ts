import { addWords } from "../../text/words.ts";

addWords(
  "roles",
  { title: "权限", what: "对象", read: "查看", write: "编辑", delete: "删除", import: "导入", export: "导出", others: "其他权限" },
  { title: "Rights", what: "What", read: "See", write: "Change", delete: "Delete", import: "Import", export: "Export", others: "Other rights" },
);
