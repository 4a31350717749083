//! Decisions (审核): an entry that was asked for is approved or refused by somebody else; one that counts can be taken back.

use std::sync::Arc;

use axum::extract::{Path, Query as Parameters, State};
use axum::{Extension, Json};
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Func, Order, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{APPROVE, LISTS};
use callboard_admin::Admin;
use callboard_admin::http::{Routes, body::Body};
use callboard_admin::identity::door::Need;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::resource::ask::Ask;
use callboard_admin::resource::{Choice, Field, Kind, Record, list, write};

/// The longest reason, in characters.
const REASON: usize = 200;
/// The most entries of one request: so long the store is written to at a stretch.
const MOST: usize = 500;

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decision {
    Approve,
    Refuse,
    Revoke,
}

impl Decision {
    /// The state that an entry must have.
    const fn from(self) -> &'static str {
        match self {
            Self::Approve | Self::Refuse => "requested",
            Self::Revoke => "approved",
        }
    }

    /// The state that it gets.
    const fn to(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Refuse => "refused",
            Self::Revoke => "revoked",
        }
    }
}

const DECISIONS: &[Choice] =
    &[Choice::new("approve", "Approve", "通过"), Choice::new("refuse", "Refuse", "驳回"), Choice::new("revoke", "Take back", "撤销")];

pub(super) fn routes(routes: &mut Routes) {
    const WHY: &[Field] = &[Field::text("reason", "Reason", "意见").max(REASON)];
    const NEEDED: &[Field] = &[Field::text("reason", "Reason", "意见").max(REASON).required()];
    const MANY: &[Field] = &[
        Field::new("decision", Kind::Choice(DECISIONS), "Decision", "审核结果").required(),
        Field::new("ids", Kind::List, "Entries", "名单条目").max(MOST),
        Field::text("reason", "Reason", "意见").max(REASON),
    ];
    let need = Need::Right(APPROVE.into());
    routes
        .post("/lists/{id}/approve", need.clone(), "Approve an entry that somebody else asked for", |s, c, p, b| one(Decision::Approve, s, c, p, b));
    routes.takes(WHY);
    routes.post("/lists/{id}/refuse", need.clone(), "Refuse an entry that somebody else asked for", |s, c, p, b| one(Decision::Refuse, s, c, p, b));
    routes.takes(NEEDED);
    routes.post("/lists/{id}/revoke", need.clone(), "Take an approved entry back", |s, c, p, b| one(Decision::Revoke, s, c, p, b));
    routes.takes(NEEDED);
    routes.post("/lists/decisions", need, "Decide on entries by their ids, or on those that a list's filter finds", many);
    routes.takes(MANY);
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Why {
    reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Many {
    decision: Decision,
    ids: Option<Vec<String>>,
    reason: Option<String>,
}

async fn one(
    decision: Decision,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(why): Body<Why>,
) -> Result<Json<Record>, Problem> {
    caller.need(APPROVE)?;
    let reason = reason(decision, why.reason)?;
    let tx = admin.begin().await?;
    let row = decide(&admin, &caller, &tx, &id, decision, reason.as_deref()).await?;
    let row = list::shown(&admin, &tx, &caller, &LISTS, row).await?;
    tx.commit().await?;
    Ok(Json(row))
}

/// By ids all or none; by a filter whatever the caller may decide, at most [`MOST`] at a time, and how many are left.
async fn many(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
    Body(many): Body<Many>,
) -> Result<Json<Value>, Problem> {
    caller.need(APPROVE)?;
    let reason = reason(many.decision, many.reason)?;
    let tx = admin.begin().await?;
    let (ids, found) = match many.ids {
        Some(ids) if ids.is_empty() || ids.len() > MOST => {
            return Err(Problem::field("ids", "long", format!("name 1 to {MOST} entries"), format!("请选择 1 至 {MOST} 个条目")));
        }
        Some(ids) => {
            let found = ids.len();
            (ids, found)
        }
        None => waiting(&tx, &caller, many.decision, &Ask::read(&LISTS, &parameters, &caller)?).await?,
    };
    for id in &ids {
        decide(&admin, &caller, &tx, id, many.decision, reason.as_deref()).await?;
    }
    tx.commit().await?;
    Ok(Json(json!({ "decided": ids.len(), "left": found - ids.len() })))
}

/// Entries of a filter that the caller may decide on, the oldest first, and how many there are.
async fn waiting(tx: &DatabaseTransaction, caller: &Caller, decision: Decision, ask: &Ask) -> Result<(Vec<String>, usize), Problem> {
    let mut fit = Cond::all().add(ask.filter.all(&LISTS)).add(Expr::col(("lists", "state")).eq(decision.from()));
    if let Some(me) = caller.user_id.as_deref().filter(|_| decision != Decision::Revoke) {
        let asked = Expr::col(("lists", "requested_by"));
        fit = fit.add(Cond::any().add(asked.clone().is_null()).add(asked.ne(me)));
    }
    let count = Query::select().expr_as(Func::count(Expr::col(("lists", "id"))), "n").from("lists").cond_where(fit.clone()).to_owned();
    let found = tx.query_one(&count).await?.map(|row| row.try_get::<i64>("", "n")).transpose()?.unwrap_or_default();
    let select = Query::select()
        .column(("lists", "id"))
        .from("lists")
        .cond_where(fit)
        .order_by(("lists", "created_at"), Order::Asc)
        .order_by(("lists", "id"), Order::Asc)
        .limit(MOST as u64)
        .to_owned();
    let ids = tx.query_all(&select).await?.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<String>, _>>()?;
    Ok((ids, usize::try_from(found).unwrap_or_default()))
}

fn reason(decision: Decision, text: Option<String>) -> Result<Option<String>, Problem> {
    let text = text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    match text {
        None if decision != Decision::Approve => Err(Problem::field("reason", "required", "say why", "请填写原因")),
        Some(text) if text.chars().count() > REASON || text.chars().any(char::is_control) => {
            Err(Problem::field("reason", "long", format!("one line of at most {REASON} characters"), format!("单行, 最多 {REASON} 个字符")))
        }
        text => Ok(text),
    }
}

async fn decide(
    admin: &Admin,
    caller: &Caller,
    tx: &DatabaseTransaction,
    id: &str,
    decision: Decision,
    reason: Option<&str>,
) -> Result<Record, Problem> {
    let row = list::raw(tx, caller, &LISTS, id, DataScope::All).await?.ok_or_else(Problem::not_found)?;
    let is = |name: &str| row.get(name).and_then(Value::as_str);
    if is("state") != Some(decision.from()) {
        return Err(Problem::refused("the entry is in another state; load it again", "名单条目状态已变化, 请重新加载"));
    }
    if decision != Decision::Revoke && caller.user_id.is_some() && is("requested_by") == caller.user_id.as_deref() {
        return Err(Problem::refused("somebody else than who asked must decide", "须由申请人以外的人员审核"));
    }
    let value = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    let changes = [
        ("state", decision.to().into()),
        ("decided_by", value(caller.user_id.as_deref())),
        ("decided_at", admin.now().to_string().into()),
        ("decision", value(reason)),
    ];
    write::set(admin, caller, tx, &LISTS, id, changes.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(), DataScope::All).await
}
