//! Customers of the made-up bank, and what was and will be done with them.

use serde_json::json;

use super::people::People;
use super::{Centre, Pen};
use crate::customers::CUSTOMERS;
use crate::customers::appointments::APPOINTMENTS;
use crate::customers::fields::CUSTOMER_FIELDS;
use crate::customers::follow_ups::FOLLOW_UPS;
use crate::customers::opportunities::OPPORTUNITIES;
use callboard_admin::entity::standard;
use callboard_admin::problem::Problem;

/// How many there are.
const CUSTOMERS_MADE: usize = 320;
/// One in so many stands in the public pool.
const IN_POOL: usize = 9;
const DAY: i64 = 24 * 60;

const SURNAMES: [&str; 20] =
    ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "欧阳"];
const GIVEN: [&str; 24] = [
    "秀英", "建国", "子轩", "晓燕", "志强", "雨欣", "国庆", "丽华", "浩宇", "婷婷", "永强", "慧敏", "文博", "美玲", "俊杰", "春梅", "天佑", "晓东",
    "玉兰", "嘉怡", "海涛", "梦琪", "立新", "佩佩",
];
const ENGLISH: [&str; 8] =
    ["Anna Keller", "Tom Brady-Hughes", "Maria Santos", "Oliver Grant", "Priya Nair", "Lucas Meyer", "Sofia Rossi", "James O'Connor"];
const COMPANIES: [&str; 8] =
    ["晨光贸易有限公司", "华远电子科技", "江南食品厂", "北方物流集团", "星海酒店", "同德中学", "明泰建筑工程", "Blue Harbour Trading"];
const TAGS: [&str; 6] = ["理财", "房贷", "企业主", "易投诉", "老客户", "海外"];
const CITIES: [&str; 6] = ["北京市海淀区", "上海市浦东新区", "合肥市蜀山区", "广州市天河区", "成都市武侯区", "杭州市西湖区"];
const NOTES: [&str; 8] = [
    "来电咨询信用卡临时额度，已说明条件，客户考虑后回复。",
    "反馈手机银行登录异常，已指导重装并验证成功。",
    "核实挂失后补卡进度，预计三个工作日寄达。",
    "介绍大额存单，客户希望比较利率后再定。",
    "对账单地址变更，已核身并登记。",
    "投诉网点排队久，已致歉并转交网点经理。",
    "Asked about fees of transfers abroad; sent the table by mail.",
    "询问提前还贷流程，已发送材料清单。",
];
const SUBJECTS: [&str; 5] = ["回访理财意向", "提醒补交材料", "确认补卡收到", "约定网点面谈", "Call back about the mortgage"];
const CHANCES: [&str; 5] = ["大额存单", "房贷转贷", "企业代发工资", "白金卡升级", "Foreign currency account"];

/// One of a list, by a number that walks through all of it.
fn pick<'a>(list: &[&'a str], n: usize) -> &'a str {
    list.get(n % list.len().max(1)).copied().unwrap_or_default()
}

pub(super) async fn seed(pen: &mut Pen<'_>, centre: &Centre, people: &People) -> Result<(), Problem> {
    let sources = [("branch", "网点", "Branch"), ("web", "官网", "Web site"), ("friend", "客户推荐", "Recommended"), ("event", "活动", "Event")];
    let dictionary = standard::dictionary(pen.admin, &pen.caller, &pen.tx, ("customer_source", "客户来源"), &sources).await?;
    for row in [
        json!({ "name": "source", "kind": "choice", "title_zh": "来源", "title_en": "Source", "dictionary_id": dictionary, "position": 1 }),
        json!({ "name": "birthday", "kind": "date", "title_zh": "生日", "title_en": "Birthday", "position": 2 }),
        json!({ "name": "assets", "kind": "number", "title_zh": "管理资产（万元）", "title_en": "Assets, 10,000 yuan", "position": 3 }),
        json!({ "name": "agreed", "kind": "yes_no", "title_zh": "同意回访", "title_en": "May be called", "position": 4 }),
    ] {
        pen.row(&CUSTOMER_FIELDS, row).await?;
    }
    for n in 0..CUSTOMERS_MADE {
        customer(pen, centre, people, n).await?;
    }
    pen.user(None);
    Ok(())
}

async fn customer(pen: &mut Pen<'_>, centre: &Centre, people: &People, n: usize) -> Result<(), Problem> {
    let name = if n % 20 == 7 { pick(&ENGLISH, n / 20).to_owned() } else { format!("{}{}", pick(&SURNAMES, n * 7), pick(&GIVEN, n * 5 + n / 24)) };
    let owner = people.users.get(n * 3 % people.users.len().max(1)).filter(|_| !n.is_multiple_of(IN_POOL));
    let mut phones = vec![centre.callers.get(n).cloned().unwrap_or_else(|| format!("1390000{n:04}"))];
    if n.is_multiple_of(6) {
        phones.push(format!("0105550{n:04}"));
    }
    let level = pick(&["normal", "silver", "normal", "gold", "normal", "vip", "silver"], n);
    let tags: Vec<&str> = (0..n % 3).map(|t| pick(&TAGS, n + t * 2)).collect();
    let own = json!({
        "source": pick(&["branch", "web", "friend", "event"], n / 2), "assets": n * 37 % 500 + 3, "agreed": !n.is_multiple_of(4),
        "birthday": format!("{}-{:02}-{:02}", 1955 + n * 11 % 45, n % 12 + 1, n % 28 + 1),
    });
    pen.user(owner.map(String::as_str));
    let row = json!({
        "name": name, "phones": phones, "level": level, "tags": tags, "owner_id": owner, "own": own,
        "company": (n % 5 == 2).then(|| pick(&COMPANIES, n / 5)), "address": pick(&CITIES, n / 3), "email": (n % 4 == 1).then(|| format!("c{n}@example.com")),
    });
    let id = pen.row(&CUSTOMERS, row).await?;
    let minutes = i64::try_from(n).unwrap_or_default();
    if owner.is_none() {
        return Ok(());
    }
    for follow in 0..n % 3 {
        let next = (follow == 0 && n % 5 == 1).then(|| pen.at(minutes % 7 * DAY + 90));
        let kind = pick(&["call", "message", "visit", "mail"], n / 2 + follow);
        pen.row(&FOLLOW_UPS, json!({ "customer_id": id, "kind": kind, "content": pick(&NOTES, n + follow * 3), "next_at": next })).await?;
    }
    if n % 5 == 3 {
        // Some are overdue, some are today's, some lie ahead.
        let (at, state) = (pen.at((minutes % 9 - 3) * DAY / 2 + 45), if n % 15 == 3 { "done" } else { "open" });
        pen.row(&APPOINTMENTS, json!({ "customer_id": id, "subject": pick(&SUBJECTS, n / 5), "at": at, "state": state })).await?;
    }
    if n % 8 == 4 {
        let state = pick(&["open", "open", "won", "open", "lost"], n / 8);
        let stage = if state == "won" { "signed" } else { pick(&["first", "need", "offer", "talks"], n / 8) };
        let expected = pen.at((minutes % 60 + 5) * DAY).chars().take(10).collect::<String>();
        let row = json!({
            "name": pick(&CHANCES, n / 8), "customer_id": id, "stage": stage, "state": state, "amount": format!("{}.00", (n * 7_919 % 90 + 10) * 1_000), "expected_on": expected,
        });
        pen.row(&OPPORTUNITIES, row).await?;
    }
    Ok(())
}
