// The words of the wall, Chinese and English. Words of a board come with the board.

export type Lang = "zh" | "en";

const words = {
  connecting: ["正在连接", "Connecting"],
  fetching: ["正在取数", "Fetching"],
  failed: ["取数失败，10 秒内重试", "Query failed, next try within 10 s"],
  waitingTitle: ["等待第一个事件", "Waiting for the first event"],
  waitingText: [
    "还没有任何数据源报到。接入下面任意一种数据，大屏随即显示，无需刷新。令牌在控制台的个人资料中创建。",
    "No source has said anything yet. Feed it in one of these ways; the wall fills by itself, no reload needed. Tokens are made in the console, in one's profile.",
  ],
  feedAsterisk: ["接入 Asterisk：写入 callboard.toml，用 --config 启动", "Asterisk: in callboard.toml, started with --config"],
  feedFile: ["导入 queue_log 文件", "Import a queue_log"],
  feedHttp: ["通过 HTTP 发送事件（每行一个 JSON）", "Send events over HTTP, one JSON object a line"],
  feedDemo: ["先看看样子：模拟呼叫中心", "Just look: a simulated call centre"],
  nothing: ["没有数据", "Nothing to show"],
  noAlarms: ["当前没有告警", "No alarms"],
  notice: ["公告", "Notice"],
  upper: ["上限", "limit"],
  lower: ["下限", "floor"],
  since: ["已", "for"],
  more: ["另有 {n} 条", "{n} more"],
  first: ["前 {n} / {m}", "first {n} of {m}"],
  ends: ["尾号 {n}", "ends {n}"],
  gapFilling: ["缺口待补", "gap"],
  gapMinutes: ["缺 {n} 分钟", "{n} min missing"],
  lost: ["{name}源中断", "{name} lost"],
  lostManyZh: ["{n} 个数据源中断", "{n} sources lost"],
  lostText: [
    "自 {at} 起无数据，已 {age}。带斜纹的数字停在中断时刻，恢复后自动补齐。",
    "No data since {at}, {age} ago. Hatched figures stand still until it is back.",
  ],
  serverLost: ["与服务器的连接中断", "Server not reached"],
  serverLostText: ["自 {at} 起无数据，已 {age}。画面停在中断时刻，正在自动重连。", "No data since {at}, {age} ago. Reconnecting."],
  gapBanner: ["{name} {from}–{to} 缺口待补", "{name} {from}–{to} missing"],
  seconds: ["秒", "s"],
  file: ["文件", "file"],
  noTeam: ["未分组", "No team"],
  busy: ["在忙 {n}/{m}", "busy {n}/{m}"],
  long: ["超长", "long"],
  talking: ["通话", "Talking"],
  hold: ["保持", "Hold"],
  ringing: ["振铃", "Ringing"],
  wrap_up: ["话后", "Wrap-up"],
  ready: ["空闲", "Ready"],
  paused: ["小休", "Paused"],
  other_call: ["其他通话", "Other call"],
  not_responding: ["无应答", "No reply"],
  offline: ["离线", "Offline"],
  call_waiting: ["等待", "waits"],
  call_ringing: ["振铃", "rings"],
  call_talking: ["通话", "talks"],
  call_hold: ["保持", "hold"],
  call_ivr: ["导航", "IVR"],
} as const;

/** A word's name. */
export type Word = keyof typeof words;

/** The word in a language, `{name}` filled in. */
export function say(lang: Lang, word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  const text = fill(words[word][lang === "zh" ? 0 : 1], values);
  return lang === "zh" ? spaced(text) : text;
}

/** Fills `{name}` of a text. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Puts the space between Chinese and Latin or digits that Chinese typesetting asks for. */
export function spaced(text: string): string {
  return text.replace(/([\u4e00-\u9fff])([A-Za-z0-9])/g, "$1 $2").replace(/([A-Za-z0-9])([\u4e00-\u9fff])/g, "$1 $2");
}

/** Whether the catalogue has the word, for states that the server names. */
export function isWord(name: string): name is Word {
  return Object.hasOwn(words, name);
}
