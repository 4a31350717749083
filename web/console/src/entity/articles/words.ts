import { addWords } from "../../text/words.ts";

addWords(
  "articles",
  {
    search: "搜索知识点", nodes: "目录", everything: "全部", none: "此目录下还没有知识点", noneFound: "没有找到，换个说法试试", found: "找到 {{count}} 条", used: "引用 {{count}} 次", table: "列表管理", reading: "目录浏览",
    publish: "发布", published: "已发布", withdraw: "撤回", withdrawn: "已撤回", helped: "有帮助", thanks: "已记录", versions: "版本", attachments: "附件", attach: "添加附件", detach: "移除附件 {{name}}", noAttachments: "没有附件",
    compare: "与当前版本比较", restore: "恢复此版本", restored: "已恢复为最新版本", version: "版本 {{revision}}", current: "当前", same: "与当前版本相同", written: "编写", tags: "标签",
  },
  {
    search: "Search the articles", nodes: "Contents", everything: "Everything", none: "There is no article here yet", noneFound: "Nothing was found, try other words", found: "{{count}} found", used: "used {{count}} times", table: "As a list", reading: "By contents",
    publish: "Publish", published: "Published", withdraw: "Withdraw", withdrawn: "Withdrawn", helped: "It helped", thanks: "Noted", versions: "Versions", attachments: "Attachments", attach: "Attach a file", detach: "Remove the attachment {{name}}", noAttachments: "No attachments",
    compare: "Compare with now", restore: "Bring back this version", restored: "It is the newest version now", version: "Version {{revision}}", current: "now", same: "The same as now", written: "written", tags: "Tags",
  },
);
