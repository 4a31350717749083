//! The knowledge base of the made-up bank.

use serde_json::json;

use super::Pen;
use crate::articles::ARTICLES;
use crate::knowledge::NODES;
use callboard_admin::entity::standard;
use callboard_admin::identity::DataScope;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write;

/// Where an article stands, its title, its tags, its text.
type Article = (usize, &'static str, &'static [&'static str], &'static str);

/// Name and the place of the one above in this list.
const TREE: [(&str, Option<usize>); 9] = [
    ("信用卡", None),
    ("额度与年费", Some(0)),
    ("挂失与补卡", Some(0)),
    ("电子银行", None),
    ("贷款", None),
    ("服务规范", None),
    ("投诉处理", Some(5)),
    ("English line", None),
    ("已停用资料", None),
];

#[rustfmt::skip]
const ARTICLES_MADE: [Article; 13] = [
    (1, "信用卡年费", &["信用卡", "年费"], "# 信用卡年费\n\n| 卡种 | 年费 | 减免 |\n|---|---|---|\n| 普卡 | 80 元 | 一年刷满 3 次免次年 |\n| 金卡 | 200 元 | 首年免，刷满 6 次免次年 |\n| 白金卡 | 1,200 元 | 不减免 |\n\n## 客户问“为什么扣了年费”\n\n1. 核身后查询卡种与开卡日。\n2. 查上一年度刷卡次数，退货与取现不计。\n3. 未达标的，说明规则；首次误扣可申请一次退还。\n\n**不要承诺**一定退还，审批需两个工作日。"),
    (1, "临时额度申请", &["信用卡", "额度"], "# 临时额度\n\n- 有效期最长 60 天，到期自动恢复，超出部分须一次还清。\n- 近六个月有逾期的不受理。\n- 手机银行可自助申请：*信用卡 → 额度管理 → 临时额度*。\n\n## 话术\n\n> 您的临时额度已提高到某某元，有效期到某月某日。到期前请还清超出固定额度的部分。"),
    (2, "卡片挂失流程", &["挂失", "紧急"], "# 卡片挂失\n\n挂失优先于一切其他办理。\n\n1. 核对姓名、证件号后四位。\n2. **先口头挂失**，再问经过。\n3. 告知：口头挂失五天有效，须在期内到网点或手机银行办理正式挂失。\n4. 询问是否补卡，见“补卡与寄送”。\n\n如客户称正在被盗刷，同时提交*交易争议*工单。"),
    (2, "补卡与寄送", &["补卡"], "# 补卡\n\n- 工本费 15 元，白金卡免费。\n- 制卡一个工作日，寄送二至五个工作日。\n- 地址变更须先核身再改，改后首次寄送只寄到网点。\n\n查询进度：*工单 → 制卡*，输入卡号后四位。"),
    (3, "手机银行登录失败", &["手机银行", "登录"], "# 手机银行登录失败\n\n| 提示 | 原因 | 处理 |\n|---|---|---|\n| 密码错误超限 | 连错五次 | 次日自动解锁，或刷脸重置 |\n| 设备未绑定 | 换了手机 | 短信加刷脸重新绑定 |\n| 版本过低 | 停止支持 | 到应用商店升级 |\n\n座席**不得**询问密码和验证码。"),
    (3, "转账限额", &["转账", "限额"], "# 转账限额\n\n- 手机银行：单笔 5 万元，单日 20 万元，可在网点提高。\n- 夜间（22:00 至次日 6:00）单笔 1 万元。\n- 首次向新账户转账超过 1 万元，延迟 24 小时到账，可撤销。\n\n疑似诈骗的，先劝阻，再按“疑似诈骗的来电”处理。"),
    (4, "提前还贷", &["房贷", "还款"], "# 提前还贷\n\n还款满一年后可申请，每年一次，不收违约金。\n\n材料：身份证、借款合同、最近一期还款回单。\n\n1. 提前十个工作日在手机银行预约。\n2. 到经办网点签字。\n3. 扣款后五个工作日可取*结清证明*，再办抵押注销。"),
    (4, "贷款利率调整日", &["利率"], "# 利率何时调整\n\n浮动利率在每年 1 月 1 日或放款对月对日调整，看合同约定。客户可一次性改为另一种，改后不得再改。"),
    (5, "电话开头与结束语", &["话术"], "# 开头\n\n> 您好，工号某某为您服务，请问有什么可以帮您？\n\n# 结束\n\n> 请问还有其他可以帮您的吗？感谢来电，请您稍后为我的服务评价，再见。\n\n请客户先挂机。静默超过二十秒须说明原因。"),
    (6, "投诉分级与时限", &["投诉"], "# 投诉分级\n\n| 级别 | 例 | 首次答复 | 办结 |\n|---|---|---|---|\n| 一般 | 等候时间 | 24 小时 | 5 个工作日 |\n| 重要 | 服务态度、误导 | 4 小时 | 3 个工作日 |\n| 紧急 | 资金损失、媒体 | 30 分钟 | 1 个工作日 |\n\n先听完，再复述，再给出时限。不与客户争辩对错。"),
    (6, "疑似诈骗的来电", &["反诈", "紧急"], "# 疑似诈骗\n\n信号：要求保密、催促、对方自称公检法、要求共享屏幕。\n\n1. 劝客户停止操作，不要挂断。\n2. 同意后做*只收不付*。\n3. 提示拨打 110 报警，留下报案号。\n4. 提交风险工单，级别选紧急。"),
    (7, "Greeting on the English line", &["greeting"], "# Greeting\n\n> Good morning, this is *name* speaking. How may I help you?\n\nSpell names back. Read numbers in pairs. If the caller prefers Chinese, transfer to the queue of the same product and tell the colleague what was asked.\n\n# Closing\n\n> Is there anything else I can do for you? Thank you for calling."),
    (7, "Transfers abroad: fees and times", &["transfer", "fees"], "# Transfers abroad\n\n| Way | Fee | Time |\n|---|---|---|\n| Mobile bank | 0.1 %, at least 50 yuan | 1 to 3 working days |\n| Branch | 0.1 %, at least 80 yuan | 2 to 5 working days |\n\nThe bank abroad may take a fee of its own. Each resident may buy foreign currency worth 50,000 US dollars a year.\n\n*Needed*: name and address of the payee, IBAN or account number, SWIFT code, purpose."),
];

pub(super) async fn seed(pen: &Pen<'_>) -> Result<(), Problem> {
    let mut nodes: Vec<String> = Vec::new();
    for (position, (name, above)) in (1_i64..).zip(TREE) {
        let above = above.and_then(|at| nodes.get(at).cloned());
        nodes.push(pen.row(&NODES, json!({ "name": name, "parent_id": above, "position": position })).await?);
    }
    let published = standard::record(json!({ "state": "published", "published_at": pen.at(-DAYS) }));
    for (node, title, tags, body) in ARTICLES_MADE {
        let id = pen.row(&ARTICLES, json!({ "title": title, "node_id": nodes.get(node), "tags": tags, "body": body })).await?;
        write::set(pen.admin, &pen.caller, &pen.tx, &ARTICLES, &id, published.clone(), DataScope::All).await?;
    }
    let draft = "# 数字人民币钱包\n\n待产品部确认限额后发布。";
    pen.row(&ARTICLES, json!({ "title": "数字人民币钱包", "node_id": nodes.get(3), "tags": ["草稿"], "body": draft })).await?;
    Ok(())
}

/// Minutes ago that the articles were published.
const DAYS: i64 = 12 * 24 * 60;
