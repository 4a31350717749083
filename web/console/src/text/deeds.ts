// What was done, in words: the audit log and the trail of a record keep codes.
import { addWords } from "./words.ts";

addWords(
  "deeds",
  {
    server: "系统", nobody: "未登录者", other: "{{who}} {{deed}} {{what}} {{name}}",
    things: { session: "登录会话", recordings: "录音", call_notes: "通话备注", call_backs: "呼损回访", logo: "标志", "sign-in": "登录页图片" },
    titles: {
      create: "新建", update: "修改", delete: "删除", export: "导出", import: "导入", "sign-in": "登录", "sign-out": "退出登录", "sign-in-failed": "登录失败", "sign-in-locked": "登录锁定", "change-password": "修改密码", "reset-password": "重置密码", "link-identity": "关联单点登录",
      pair: "配对大屏", "offer-pairing": "生成配对码", "give-key": "生成密钥", "take-key": "收回密钥", attach: "添加附件", detach: "移除附件", "set-image": "设置图片", "remove-image": "移除图片", listen: "收听", download: "下载", register: "登记录音", scan: "检查新留言",
      test: "发送测试", redeliver: "重新投递", "drop-delivery": "放弃投递", "renew-secret": "更换签名密钥",
    },
    says: {
      create: "{{who}} 新建了 {{what}} {{name}}", update: "{{who}} 修改了 {{what}} {{name}}", delete: "{{who}} 删除了 {{what}} {{name}}", export: "{{who}} 导出了 {{what}}", import: "{{who}} 导入了 {{what}}",
      "sign-in": "{{who}} 登录了系统", "sign-out": "{{who}} 退出了登录", "sign-in-failed": "{{name}} 登录失败", "sign-in-locked": "{{name}} 登录失败次数过多，已锁定", "change-password": "{{who}} 修改了自己的密码", "reset-password": "{{who}} 重置了 {{name}} 的密码", "link-identity": "{{name}} 关联了单点登录身份",
      pair: "{{what}} {{name}} 完成了配对", "offer-pairing": "{{who}} 为 {{what}} {{name}} 生成了配对码", "give-key": "{{who}} 为 {{what}} {{name}} 生成了密钥", "take-key": "{{who}} 收回了 {{what}} {{name}} 的密钥", attach: "{{who}} 为 {{what}} 添加了附件 {{name}}", detach: "{{who}} 移除了 {{what}} 的附件 {{name}}",
      "set-image": "{{who}} 设置了 {{name}}", "remove-image": "{{who}} 移除了 {{name}}", listen: "{{who}} 收听了 {{what}} {{name}}", download: "{{who}} 下载了 {{what}} {{name}}", register: "{{who}} 登记了 {{what}} {{name}} 的位置", scan: "{{who}} 检查了新的 {{what}}",
      test: "{{who}} 向 {{what}} {{name}} 发送了测试消息", redeliver: "{{who}} 重新发送了 {{what}} {{name}} 的一次投递", "drop-delivery": "{{who}} 放弃了 {{what}} {{name}} 的一次投递", "renew-secret": "{{who}} 为 {{what}} {{name}} 更换了签名密钥",
    },
    told: { rows: "行数", format: "格式", columns: "列", q: "搜索", sort: "排序", source: "数据源", path: "文件", name: "名称", size: "大小（字节）", sha256: "校验值", width: "宽", height: "高", new: "新增", moved: "移动", broken: "损坏", issuer: "签发方", subject: "身份", call: "通话", text: "内容", state: "状态", result: "结果", note: "备注" },
    ones: {},
  },
  {
    server: "The server", nobody: "Somebody not signed in", other: "{{who}}: {{deed}}, {{what}} {{name}}",
    things: { session: "Sessions", recordings: "Recordings", call_notes: "Notes on calls", call_backs: "Call-backs", logo: "the logo", "sign-in": "the picture at signing in" },
    titles: {
      create: "Created", update: "Changed", delete: "Deleted", export: "Exported", import: "Imported", "sign-in": "Signed in", "sign-out": "Signed out", "sign-in-failed": "Sign-in failed", "sign-in-locked": "Sign-in locked", "change-password": "Password changed", "reset-password": "Password reset", "link-identity": "Sign-on linked",
      pair: "Screen paired", "offer-pairing": "Pairing offered", "give-key": "Key made", "take-key": "Key taken away", attach: "File attached", detach: "File removed", "set-image": "Picture set", "remove-image": "Picture removed", listen: "Listened", download: "Downloaded", register: "Recording registered", scan: "Looked for messages",
      test: "Test sent", redeliver: "Sent again", "drop-delivery": "Delivery given up", "renew-secret": "Secret renewed",
    },
    says: {
      create: "{{who}} created {{what}} {{name}}", update: "{{who}} changed {{what}} {{name}}", delete: "{{who}} deleted {{what}} {{name}}", export: "{{who}} exported {{whats}}", import: "{{who}} imported {{whats}}",
      "sign-in": "{{who}} signed in", "sign-out": "{{who}} signed out", "sign-in-failed": "{{name}} failed to sign in", "sign-in-locked": "{{name}} was locked after too many tries", "change-password": "{{who}} changed their own password", "reset-password": "{{who}} reset the password of {{name}}", "link-identity": "{{name}} was linked to a sign-on identity",
      pair: "The {{what}} {{name}} was paired", "offer-pairing": "{{who}} offered a pairing code for {{what}} {{name}}", "give-key": "{{who}} made a key for {{what}} {{name}}", "take-key": "{{who}} took the key of {{what}} {{name}} away", attach: "{{who}} attached {{name}} to an {{what}}", detach: "{{who}} removed a file {{name}} from an {{what}}",
      "set-image": "{{who}} set {{name}}", "remove-image": "{{who}} removed {{name}}", listen: "{{who}} listened to {{what}} {{name}}", download: "{{who}} downloaded {{what}} {{name}}", register: "{{who}} said where {{what}} {{name}} lies", scan: "{{who}} looked for new {{whats}}",
      test: "{{who}} sent a test to {{what}} {{name}}", redeliver: "{{who}} sent a delivery of {{what}} {{name}} again", "drop-delivery": "{{who}} gave up a delivery of {{what}} {{name}}", "renew-secret": "{{who}} renewed the secret of {{what}} {{name}}",
    },
    told: { rows: "Rows", format: "Format", columns: "Columns", q: "Search", sort: "Order", source: "Source", path: "File", name: "Name", size: "Bytes", sha256: "Checksum", width: "Width", height: "Height", new: "New", moved: "Moved", broken: "Broken", issuer: "Issuer", subject: "Identity", call: "Call", text: "Text", state: "State", result: "Result", note: "Note" },
    ones: {
      session: "session", recordings: "recording", call_notes: "a note on call", call_backs: "the call-back of call", users: "user", user_groups: "user group", roles: "role", skill_groups: "skill group", skill_group_members: "skill group member", extensions: "extension", dictionaries: "dictionary", dictionary_options: "option", devices: "screen", tokens: "API token", lists: "list entry", customers: "customer", customer_fields: "customer field",
      customer_transfers: "customer transfer", appointments: "appointment", opportunities: "opportunity", follow_ups: "follow-up", business_hours: "business hours", holidays: "holiday", voicemail: "voicemail message", bulletins: "bulletin", articles: "article", knowledge: "branch of the knowledge tree", queue_targets: "queue target",
      parameters: "parameters", pause_reasons: "reason for a pause", web_hooks: "web hook", web_hook_deliveries: "web hook delivery", web_hook_attempts: "web hook attempt",
    },
  },
);

/** Every action that the server notes. */
export const DEEDS = [
  "create", "update", "delete", "export", "import", "sign-in", "sign-out", "sign-in-failed", "sign-in-locked", "change-password", "reset-password", "link-identity", "pair", "offer-pairing", "give-key", "take-key",
  "attach", "detach", "set-image", "remove-image", "listen", "download", "register", "scan", "test", "redeliver", "drop-delivery", "renew-secret",
] as const;
