//! Many customers at once: taken from the pool, given back, handed over. Each that is refused is told, with the reason.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use sea_orm::TransactionTrait;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CUSTOMERS, REASON, TRANSFER, hand, reason, take};
use callboard_admin::Admin;
use callboard_admin::http::{Routes, body::Body};
use callboard_admin::identity::door::Need;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::resource::{Field, Kind};

/// The most customers at once.
const MOST: usize = 500;

pub(super) fn routes(routes: &mut Routes) {
    const IDS: Field = Field::new("ids", Kind::List, "Customers", "客户").max(MOST).required();
    const WHY: Field = Field::text("reason", "Reason", "原因").max(REASON);
    const PARTLY: Field =
        Field::new("partly", Kind::Bool, "Hand over those that can be, tell the others", "仅转移可转移的, 并说明其余").default("false");
    const GIVING: &[Field] = &[IDS, WHY];
    const HANDING: &[Field] = &[IDS, Field::text("to", "To", "新所有人"), WHY.required(), PARTLY];
    let write = Need::Right(CUSTOMERS.right("write"));
    routes.post("/customers/claim", write.clone(), "Take customers from the public pool", claim);
    routes.takes(&[IDS]);
    routes.post("/customers/release", write, "Give customers back to the public pool", release);
    routes.takes(GIVING);
    routes.post("/customers/transfer", Need::Right(TRANSFER.into()), "Hand customers to another owner", transfer);
    routes.takes(HANDING);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claiming {
    ids: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Releasing {
    ids: Vec<String>,
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Handing {
    ids: Vec<String>,
    to: Option<String>,
    reason: String,
    #[serde(default)]
    partly: bool,
}

/// What is done with each.
enum Move {
    Claim,
    Hand(Option<String>),
}

async fn claim(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Body(claiming): Body<Claiming>,
) -> Result<Json<Value>, Problem> {
    let data = caller.need(&CUSTOMERS.right("write"))?;
    let (done, refused) = each(&admin, &caller, &claiming.ids, (&Move::Claim, data), true).await?;
    Ok(Json(json!({ "claimed": done, "refused": refused })))
}

async fn release(
    State(admin): State<Arc<Admin>>,
    Extension(mut caller): Extension<Caller>,
    Body(releasing): Body<Releasing>,
) -> Result<Json<Value>, Problem> {
    let data = caller.need(&CUSTOMERS.right("write"))?;
    caller.reason = reason(&releasing.reason)?;
    let (done, refused) = each(&admin, &caller, &releasing.ids, (&Move::Hand(None), data), true).await?;
    Ok(Json(json!({ "released": done, "refused": refused })))
}

async fn transfer(
    State(admin): State<Arc<Admin>>,
    Extension(mut caller): Extension<Caller>,
    Body(handing): Body<Handing>,
) -> Result<Json<Value>, Problem> {
    let data = caller.need(TRANSFER)?;
    caller.reason = reason(&handing.reason)?;
    if caller.reason.is_none() {
        return Err(Problem::field("reason", "required", "say why", "请填写原因"));
    }
    let (done, refused) = each(&admin, &caller, &handing.ids, (&Move::Hand(handing.to), data), handing.partly).await?;
    Ok(Json(json!({ "transferred": done, "refused": refused })))
}

/// Moves each of the customers: how many were, and which were refused and why. Unless it may be done partly, the first that is refused
/// keeps all where they are.
async fn each(
    admin: &Admin,
    caller: &Caller,
    ids: &[String],
    (what, data): (&Move, DataScope),
    partly: bool,
) -> Result<(usize, Vec<Value>), Problem> {
    if ids.is_empty() || ids.len() > MOST {
        return Err(Problem::field("ids", "long", format!("name 1 to {MOST} customers"), format!("请选择 1 至 {MOST} 个客户")));
    }
    let (tx, mut refused) = (admin.begin().await?, Vec::new());
    for id in ids {
        let step = tx.begin().await?;
        let moved = match what {
            Move::Claim => take(admin, caller, &step, id, data).await,
            Move::Hand(to) => hand(admin, caller, &step, (id, to.as_deref()), data).await,
        };
        match moved {
            Ok(()) => step.commit().await?,
            Err(problem) if partly && problem.status().is_client_error() => {
                step.rollback().await?;
                let why = problem.errors().first().map_or(problem.detail(), |e| &e.message);
                refused.push(json!({ "id": id, "message": why.get(caller.lang) }));
            }
            Err(problem) => return Err(problem),
        }
    }
    tx.commit().await?;
    Ok((ids.len() - refused.len(), refused))
}
