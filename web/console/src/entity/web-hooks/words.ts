import { addWords } from "../../text/words.ts";

addWords(
  "webhooks",
  {
    what: "对象", create: "新建", update: "修改", delete: "删除", other: "其他操作",
    test: "发送测试", arrived: "测试消息已送达", status: "状态码 {{status}}", nobody: "无应答",
    renew: "生成签名密钥", renewText: "新密钥只显示一次。原密钥在 24 小时内仍会一并签名，请在此期间更换接收方的密钥。",
    again: "重新发送", queued: "已排队，稍后发送", drop: "放弃", dropped: "已放弃该投递", look: "刷新", attempts: "发送记录",
  },
  {
    what: "What", create: "Create", update: "Change", delete: "Delete", other: "Anything else",
    test: "Send a test", arrived: "The test message arrived", status: "status {{status}}", nobody: "no answer",
    renew: "Make a secret", renewText: "The new secret is shown once. The one before signs beside it for 24 hours: give the receiver the new one in that time.",
    again: "Send again", queued: "It waits to be sent", drop: "Give up", dropped: "The delivery was given up", look: "Look again", attempts: "Attempts",
  },
);
