//! Parameters (参数管理) that stand once, reasons for a pause, and what a soft-phone is told.

mod first;
mod softphone;

use async_trait::async_trait;
use callboard_domain::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::Value;

use callboard_admin::Admin;
use callboard_admin::http::Routes;
use callboard_admin::problem::Problem;
use callboard_admin::resource::list::Mask;
use callboard_admin::resource::write::{Plain, Rules, Write};
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::{Text, Words};
pub(crate) use first::make;

const DAY_MS: i64 = 86_400_000;
/// What is deleted does not come back: a month's calls stay whatever was typed.
const LEAST_KEPT_DAYS: i64 = 30;

/// Characters of the centre's title.
const MOST_OF_TITLE: usize = 40;

/// The id of the one row.
pub const ID: &str = "settings";

const RINGS: &[Choice] = &[
    Choice::new("classic", "Classic", "经典"),
    Choice::new("soft", "Soft", "柔和"),
    Choice::new("bright", "Bright", "明亮"),
    Choice::new("silent", "Silent", "静音"),
];

/// The parameters: one row.
pub static PARAMETERS: Resource = Resource {
    name: "parameters",
    path: "parameters",
    table: "parameters",
    title: Words::new("Parameters", "参数"),
    menu: Menu::Settings,
    fields: &[
        Field::text("title_zh", "Chinese title", "中文标题").required().max(MOST_OF_TITLE),
        Field::text("title_en", "English title", "英文标题").required().max(MOST_OF_TITLE),
        Field::number("wrap_up_limit_s", 0, 3_600, "Wrap-up limit, s", "话后处理上限（秒）").default("120"),
        Field::number("claim_limit", 1, 1_000_000, "Customers one may own by claiming", "领取客户上限").default("200"),
        Field::number("claim_limit_day", 1, 10_000, "Claims within a day", "每日领取上限").default("20"),
        Field::number("calls_kept_days", 0, 3_650, "Calls are kept, days; 0 for ever", "通话保留（天, 0 为永久）").default("0").hidden(),
        Field::number("recordings_kept_days", 0, 3_650, "Recordings are heard, days; 0 for ever", "录音可听（天, 0 为永久）").default("0").hidden(),
        Field::number("mask_head", 0, 6, "Digits shown before the mask", "号码前段显示位数").default("3").hidden(),
        Field::number("mask_tail", 0, 6, "Digits shown after the mask", "号码后段显示位数").default("4").hidden(),
        Field::new("lists_approval", Kind::Bool, "List entries wait for approval", "名单须审核").default("true").hidden(),
        Field::text("softphone_url", "Soft-phone: server", "软电话: 服务器").max(200).hidden(),
        Field::text("softphone_stun", "Soft-phone: STUN", "软电话: STUN").max(200).hidden(),
        Field::new("softphone_ring", Kind::Choice(RINGS), "Soft-phone: ring", "软电话: 铃声").default("classic").hidden(),
        Field::flag("softphone_auto_answer", "Soft-phone: answers by itself", "软电话: 自动应答").hidden(),
        Field::number("softphone_ring_limit_s", 5, 300, "Soft-phone: rings at most, s", "软电话: 振铃上限（秒）").default("30").hidden(),
    ],
    features: Features { create: false, edit: true, remove: false, import: None, export: false, tree: false, rights: None },
    label: "title_zh",
    sort: "-created_at",
    scope: Scope::Everyone,
    rules: &ParameterRules,
};

/// Reasons for a pause (小休原因).
pub static PAUSE_REASONS: Resource = Resource {
    name: "pause_reasons",
    path: "pause-reasons",
    table: "pause_reasons",
    title: Words::new("Reasons for a pause", "示忙原因"),
    menu: Menu::Settings,
    fields: &[
        Field::text("code", "Code in events", "编码").required().fixed().unique().max(64).found(),
        Field::text("title_zh", "Chinese", "中文").required().max(40).found(),
        Field::text("title_en", "English", "英文").required().max(40).found(),
        Field::flag("working", "Counts as work", "计入工作时间"),
        Field::number("limit_s", 0, 86_400, "Longest, s", "时长上限（秒）"),
        Field::number("position", 0, 1_000_000, "Position", "顺序").default("0").sort(),
        Field::enabled(),
    ],
    features: Features::ALL.import("code").by_rights_of("parameters"),
    label: "title_zh",
    sort: "position",
    scope: Scope::Everyone,
    rules: &Plain,
};

pub(crate) fn routes(routes: &mut Routes) {
    softphone::routes(routes);
}

/// The parameters that the server itself goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// What the centre is called.
    pub title: Text,
    /// Wrap-up is too long beyond this.
    pub wrap_up_limit_s: i64,
    /// Customers that one may own by claiming.
    pub claim_limit: i64,
    /// Claims within a day.
    pub claim_limit_day: i64,
    /// How long calls are kept; 0 for ever.
    pub calls_kept_days: i64,
    /// How long recordings are heard; 0 for ever.
    pub recordings_kept_days: i64,
    /// Whether entries of the black and red lists wait for approval.
    pub lists_approval: bool,
}

impl Current {
    /// Calls of days before this moment are not kept; none where they are kept for ever.
    #[must_use]
    pub fn calls_kept_from(&self, now: Timestamp) -> Option<Timestamp> {
        days_before(now, self.calls_kept_days)
    }

    /// Recordings of calls that began before this moment are not heard any more; none where they are for ever.
    #[must_use]
    pub fn recordings_kept_from(&self, now: Timestamp) -> Option<Timestamp> {
        days_before(now, self.recordings_kept_days)
    }
}

/// The parameters as they are.
///
/// # Errors
/// When the store fails.
pub async fn current(db: &impl ConnectionTrait) -> Result<Current, Problem> {
    let columns =
        ["title_en", "title_zh", "wrap_up_limit_s", "claim_limit", "claim_limit_day", "calls_kept_days", "recordings_kept_days", "lists_approval"];
    let select = Query::select().columns(columns).from("parameters").and_where(Expr::col("id").eq(ID)).to_owned();
    let row = db.query_one(&select).await?.ok_or_else(Problem::internal)?;
    let number = |name: &str| row.try_get::<i64>("", name);
    let text = |name: &str| row.try_get::<String>("", name);
    Ok(Current {
        title: Text::new(text("title_en")?, text("title_zh")?),
        wrap_up_limit_s: number("wrap_up_limit_s")?,
        claim_limit: number("claim_limit")?,
        claim_limit_day: number("claim_limit_day")?,
        calls_kept_days: number("calls_kept_days")?,
        recordings_kept_days: number("recordings_kept_days")?,
        lists_approval: row.try_get("", "lists_approval")?,
    })
}

/// A reason for a pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Its code in events.
    pub code: String,
    /// What it is called.
    pub title: Text,
}

/// All reasons for a pause, for whoever shows them.
///
/// # Errors
/// When the store fails.
pub async fn pauses(db: &impl ConnectionTrait) -> Result<Vec<Pause>, Problem> {
    let select = Query::select().columns(["code", "title_en", "title_zh"]).from("pause_reasons").to_owned();
    let pause = |row: QueryResult| {
        let text = |name: &str| row.try_get::<String>("", name);
        Ok(Pause { code: text("code")?, title: Text::new(text("title_en")?, text("title_zh")?) })
    };
    db.query_all(&select).await?.into_iter().map(pause).collect()
}

struct ParameterRules;

#[async_trait]
impl Rules for ParameterRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        let kept = write.after.get("calls_kept_days").and_then(Value::as_i64).unwrap_or_default();
        if (1..LEAST_KEPT_DAYS).contains(&kept) {
            let days = LEAST_KEPT_DAYS;
            write.refuse("calls_kept_days", format!("must be 0, for ever, or at least {days}"), format!("须为 0（永久）或不少于 {days}"));
        }
        for (field, schemes) in [("softphone_url", ["wss://", "ws://"]), ("softphone_stun", ["stun:", "stuns:"])] {
            if write.text(field).is_some_and(|url| !schemes.iter().any(|s| url.starts_with(s)) || url.contains(char::is_whitespace)) {
                write.refuse(field, format!("must begin with {}", schemes.join(" or ")), format!("须以 {} 开头", schemes.join(" 或 ")));
            }
        }
        Ok(())
    }

    async fn wrote(&self, write: &Write<'_>) -> Result<(), Problem> {
        let digits = |name: &str| write.after.get(name).and_then(Value::as_u64).and_then(|n| u8::try_from(n).ok()).unwrap_or_default();
        write.admin.take_mask(Mask { head: digits("mask_head"), tail: digits("mask_tail") });
        Ok(())
    }
}

fn days_before(now: Timestamp, days: i64) -> Option<Timestamp> {
    (days > 0).then(|| now.plus(-days * DAY_MS))
}

/// Takes up the parameters that are kept in memory; at the start.
async fn take(admin: &Admin) -> Result<(), Problem> {
    let select = Query::select().columns(["mask_head", "mask_tail"]).from("parameters").and_where(Expr::col("id").eq(ID)).to_owned();
    let row = admin.db().query_one(&select).await?.ok_or_else(Problem::internal)?;
    let digits = |name: &str| row.try_get::<i64>("", name).map(|n| u8::try_from(n).unwrap_or_default());
    admin.take_mask(Mask { head: digits("mask_head")?, tail: digits("mask_tail")? });
    Ok(())
}
