import type { Words } from "../../api/meta.ts";
import type { Entity } from "../registry.tsx";

const HEAD: Words = { zh: "显示在大屏顶部。", en: "Shown on the wall's head." };
const MASK: Words = { zh: "对没有“查看完整电话号码”权限的用户生效，导出时也一样。", en: "Holds for those without the right to see telephone numbers as they are, in exports too." };
const SOFTPHONE: Words = { zh: "由座席的软电话读取。", en: "Told to the agents' soft-phones." };

export const entity: Entity = {
  path: "parameters",
  list: async () => ({ List: (await import("./page.tsx")).ParametersPage }),
  hints: {
    title_zh: HEAD,
    title_en: HEAD,
    wrap_up_limit_s: SOFTPHONE,
    claim_limit: { zh: "从公共池领取客户时检查。", en: "Checked when a customer is taken from the pool." },
    calls_kept_days: { zh: "更早的通话会被删除，报表中不再出现。", en: "Earlier calls are deleted, and no report has them any more." },
    recordings_kept_days: { zh: "更早通话的录音不能再播放或下载；文件由电话系统保管。", en: "Earlier recordings are not played or downloaded any more; the files stay the telephone system's." },
    mask_head: MASK,
    mask_tail: MASK,
    lists_approval: { zh: "关闭后，新的名单条目立即生效。", en: "Without it, new list entries count at once." },
    softphone_url: SOFTPHONE,
  },
};
