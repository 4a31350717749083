import { addWords } from "../../text/words.ts";

const zh = { title: "备注", none: "还没有备注", add: "添加备注", hint: "写下这通电话值得记住的内容", removed: "备注已删除", restored: "备注已恢复", remove: "删除备注", left: "{{length}} / {{longest}} 字", sends: "添加", nobody: "未知用户" };

const en: typeof zh = { title: "Notes", none: "No notes yet", add: "Add note", hint: "What is worth keeping of this call", removed: "Note deleted", restored: "Note restored", remove: "Delete the note", left: "{{length}} of {{longest}} characters", sends: "adds it", nobody: "Unknown user" };

addWords("callNotes", zh, en);
