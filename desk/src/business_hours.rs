//! Business hours (时间组) and holidays (节假日): when somebody answers.

mod week;

use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use callboard_domain::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde::Deserialize;
use serde_json::{Value, json};

pub use week::{Day, Span, Week};

use callboard_admin::Admin;
use callboard_admin::http::{Routes, body::Asked};
use callboard_admin::identity::door::Need;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::resource::write::{Rules, Write};
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope, list};
use callboard_admin::words::Words;

const KINDS: &[Choice] = &[Choice::new("closed", "Closed", "放假"), Choice::new("working", "Open as said here", "调休上班")];

/// Business hours; a week is a list of `{"days": [1, 2], "from": "09:00", "to": "18:00"}`, Monday is 1.
pub static BUSINESS_HOURS: Resource = Resource {
    name: "business_hours",
    path: "business-hours",
    table: "business_hours",
    title: Words::new("Business hours", "时间组"),
    menu: Menu::Settings,
    fields: &[
        Field::text("name", "Name", "名称").required().unique().max(64).found(),
        Field::text("zone", "Time zone", "时区").required().max(64).default("Asia/Shanghai"),
        Field::new("week", Kind::Json, "Week", "每周时间").required(),
        Field::text("note", "Note", "备注").hidden(),
        Field::enabled(),
    ],
    features: Features::ALL.by_rights_of("parameters"),
    label: "name",
    sort: "name",
    scope: Scope::Everyone,
    rules: &HourRules,
};

/// Holidays, and working days that stand in for one; `hours` as in a week, without days.
pub static HOLIDAYS: Resource = Resource {
    name: "holidays",
    path: "holidays",
    table: "holidays",
    title: Words::new("Holidays", "节假日"),
    menu: Menu::Settings,
    fields: &[
        Field::new("day", Kind::Date, "Day", "日期").required().unique().filter().sort(),
        Field::text("name", "Name", "名称").required().max(64).found(),
        Field::new("kind", Kind::Choice(KINDS), "Kind", "类型").default("closed").filter(),
        Field::new("hours", Kind::Json, "Hours", "上班时间"),
    ],
    features: Features::ALL.import("day").by_rights_of("parameters"),
    label: "name",
    sort: "day",
    scope: Scope::Everyone,
    rules: &HolidayRules,
};

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/business-hours/{id}/open", Need::Right(BUSINESS_HOURS.right("read")), "Whether it is open at a moment", open);
}

struct HourRules;

#[async_trait]
impl Rules for HourRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        if jiff::tz::TimeZone::get(write.text("zone").unwrap_or_default()).is_err() {
            write.refuse("zone", "is no time zone, such as Asia/Shanghai", "不是有效时区, 如 Asia/Shanghai");
        }
        if let Err((en, zh)) = Week::read(write.after.get("week").unwrap_or(&Value::Null)) {
            write.refuse("week", en, zh);
        }
        Ok(())
    }
}

struct HolidayRules;

#[async_trait]
impl Rules for HolidayRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        let hours = write.after.get("hours").filter(|h| !h.is_null()).cloned();
        match (write.text("kind"), hours) {
            (Some("working"), None) => write.refuse("hours", "are needed where the day is worked", "调休上班须填写上班时间"),
            (_, Some(hours)) => {
                if let Err((en, zh)) = Span::read_all(&hours) {
                    write.refuse("hours", en, zh);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

#[derive(Debug, Deserialize)]
struct At {
    at: Option<String>,
}

async fn open(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Asked(At { at }): Asked<At>,
) -> Result<Json<Value>, Problem> {
    let at = match at.map(|text| text.parse::<Timestamp>()) {
        None => admin.now(),
        Some(Ok(at)) => at,
        Some(Err(_)) => return Err(Problem::field("at", "kind", "must be a time", "须为时间")),
    };
    let hours = list::raw(admin.db(), &caller, &BUSINESS_HOURS, &id, DataScope::All).await?.ok_or_else(Problem::not_found)?;
    let zone = hours.get("zone").and_then(Value::as_str).unwrap_or_default();
    let there = jiff::Timestamp::from_millisecond(at.as_millis()).ok().and_then(|t| t.in_tz(zone).ok()).ok_or_else(Problem::internal)?;
    let week = Week::read(hours.get("week").unwrap_or(&Value::Null)).unwrap_or_default();
    let select = Query::select().columns(["kind", "hours"]).from("holidays").and_where(Expr::col("day").eq(there.date().to_string())).to_owned();
    let day = match admin.db().query_one(&select).await? {
        None => Day::Usual,
        Some(row) if row.try_get::<String>("", "kind")? == "closed" => Day::Closed,
        Some(row) => {
            let hours = row.try_get::<Option<String>>("", "hours")?.and_then(|h| serde_json::from_str::<Value>(&h).ok()).unwrap_or_default();
            Day::Working(Span::read_all(&hours).unwrap_or_default())
        }
    };
    Ok(Json(json!({ "open": week.is_open(there.weekday(), there.time(), &day), "at": at.to_string() })))
}
