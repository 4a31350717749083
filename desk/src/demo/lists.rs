//! Black and red lists of the made-up bank: some approved, some waiting, some refused, taken back or over.

use serde_json::{Value, json};

use super::people::People;
use super::{Centre, Pen};
use crate::lists::LISTS;
use callboard_admin::entity::standard::record;
use callboard_admin::identity::DataScope;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write;

const DAY: i64 = 24 * 60;

/// List, matching, number, treatment, reason, begins and ends in days from now, state, what was said to it.
type Row = (&'static str, &'static str, &'static str, Option<&'static str>, &'static str, (i64, Option<i64>), &'static str, Option<&'static str>);

const ROWS: [Row; 15] = [
    ("black", "exact", "13900010001", Some("reject"), "骚扰电话，一周内来电 40 余次", (-30, Some(150)), "approved", Some("录音已核实")),
    ("black", "exact", "13900010002", Some("low_priority"), "反复咨询同一问题", (-12, Some(18)), "approved", None),
    ("black", "exact", "02155510003", Some("reject"), "推销", (-3, None), "approved", None),
    ("black", "prefix", "1705551", Some("reject"), "诈骗号段", (-60, None), "approved", Some("风控部通报")),
    ("black", "prefix", "+4470", Some("low_priority"), "Wangiri calls", (-20, Some(40)), "approved", None),
    ("black", "area", "0898", Some("low_priority"), "当地集中投诉，临时排后", (-90, Some(-60)), "approved", Some("活动结束即恢复")),
    ("black", "exact", "13900010004", Some("reject"), "辱骂座席", (-1, Some(90)), "requested", None),
    ("black", "exact", "13900010005", Some("reject"), "Silent calls at night", (0, Some(30)), "requested", None),
    ("black", "exact", "13900010010", Some("low_priority"), "每天来电十余次，催问同一笔汇款", (0, Some(14)), "requested", None),
    ("black", "exact", "17155500012", Some("reject"), "连续推销", (0, None), "requested", None),
    ("black", "exact", "13900010006", Some("reject"), "投诉多", (-8, None), "refused", Some("投诉属实，不得拒接")),
    ("black", "exact", "13900010007", Some("reject"), "疑似骚扰", (-40, None), "revoked", Some("本人来电说明")),
    ("red", "exact", "01055510008", None, "监管机构热线", (-365, None), "approved", None),
    ("red", "exact", "02155510011", None, "消费者权益保护委员会", (0, None), "requested", None),
    ("red", "prefix", "95", None, "银行同业服务号", (-365, None), "approved", None),
];
/// So many of those who call are on the red list.
const GUESTS: usize = 3;

pub(super) async fn seed(pen: &mut Pen<'_>, centre: &Centre, people: &People) -> Result<(), Problem> {
    for (n, (kind, matching, number, treatment, reason, (from, until), state, decision)) in ROWS.into_iter().enumerate() {
        let body = json!({
            "kind": kind, "matching": matching, "number": number, "treatment": treatment, "reason": reason, "from_at": pen.at(from * DAY),
            "until_at": until.map(|days| pen.at(days * DAY)),
        });
        entry(pen, people, n, body, (state, decision)).await?;
    }
    for (n, number) in centre.callers.iter().step_by(2).take(GUESTS).enumerate() {
        entry(pen, people, n, json!({ "kind": "red", "number": number, "reason": "贵宾客户" }), ("approved", None)).await?;
    }
    pen.user(None);
    Ok(())
}

/// Asked for by one, decided by another.
async fn entry(pen: &mut Pen<'_>, people: &People, n: usize, body: Value, (state, decision): (&str, Option<&str>)) -> Result<(), Problem> {
    // The first of them leads a team and decides; the others ask.
    let (leader, others) = people.users.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
    pen.user(others.get(n * 3 % others.len().max(1)).map(String::as_str));
    let id = pen.row(&LISTS, body).await?;
    if state == "requested" {
        return Ok(());
    }
    pen.user(leader.map(String::as_str));
    let changes = json!({ "state": state, "decided_by": leader, "decided_at": pen.admin.now().to_string(), "decision": decision });
    write::set(pen.admin, &pen.caller, &pen.tx, &LISTS, &id, record(changes), DataScope::All).await.map(drop)
}
