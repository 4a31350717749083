import { addWords } from "../../text/words.ts";

addWords(
  "hours",
  { day1: "周一", day2: "周二", day3: "周三", day4: "周四", day5: "周五", day6: "周六", day7: "周日", closed: "不营业", add: "添加时段", drop: "删除时段", from: "{{day}}开始", to: "{{day}}结束", copy: "周一至周五同周一", hint: "时间写作 09:00；到午夜写 24:00；结束早于开始表示到次日。", open: "营业时间", day: "当日", now: "现在营业", notNow: "现在不营业" },
  { day1: "Mon", day2: "Tue", day3: "Wed", day4: "Thu", day5: "Fri", day6: "Sat", day7: "Sun", closed: "closed", add: "Add hours", drop: "Remove hours", from: "{{day}} from", to: "{{day}} to", copy: "Tuesday to Friday as Monday", hint: "Write times as 09:00, midnight at the end as 24:00; an end before the beginning is on the next day.", open: "Hours", day: "that day", now: "Open now", notNow: "Closed now" },
);
