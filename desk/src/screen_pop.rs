//! Screen-pop (来电弹屏): what an agent sees of the caller whose call is ringing, and where to go on.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::customers::{self, CUSTOMERS, appointments::APPOINTMENTS, follow_ups::FOLLOW_UPS, opportunities::OPPORTUNITIES};
use crate::lists;
use crate::numbers;
use callboard_admin::Admin;
use callboard_admin::http::{Routes, body::Asked};
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::ask::Ask;
use callboard_admin::resource::{Resource, list};

/// Rows of each kind.
const MOST: &str = "10";

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/screen-pop", Need::Right(CUSTOMERS.right("read")), "What is known of a caller", pop);
}

#[derive(Debug, Deserialize)]
struct Ringing {
    number: String,
    call_id: Option<String>,
}

async fn pop(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Asked(ringing): Asked<Ringing>) -> Result<Json<Value>, Problem> {
    let data = caller.need(&CUSTOMERS.right("read"))?;
    let number = numbers::asked(&ringing.number)?;
    let id = customers::of_number(admin.db(), &number).await?;
    let customer = match &id {
        Some(id) => match list::raw(admin.db(), &caller, &CUSTOMERS, id, data).await? {
            Some(_) => Some(list::one(&admin, admin.db(), &caller, &CUSTOMERS, id, data).await?),
            None => None,
        },
        None => None,
    };
    let (mut next, mut due, mut chances) = (json!([]), json!([]), json!([]));
    if let (Some(id), true) = (&id, customer.is_some()) {
        let now = admin.now().to_string();
        next = open(&admin, &caller, &FOLLOW_UPS, id, &[("next_at.from", &now), ("sort", "next_at")]).await?;
        due = open(&admin, &caller, &APPOINTMENTS, id, &[("state", "open"), ("sort", "at")]).await?;
        chances = open(&admin, &caller, &OPPORTUNITIES, id, &[("state", "open")]).await?;
    }
    let marks: Vec<Value> = lists::lookup(admin.db(), &number, admin.now()).await?.into_iter().map(mark).collect();
    let call = ringing.call_id.as_deref().map(|c| format!("call={}", encoded(c)));
    let url = match (&id, &customer) {
        (Some(id), Some(_)) => format!("/console/customers/{id}?{}", call.unwrap_or_default()),
        (Some(_), None) => String::new(),
        (None, _) => format!("/console/customers?open=new&set.phones={}&{}", encoded(&number), call.unwrap_or_default()),
    };
    // Somebody else's customer is said to be one, and no more.
    let (known, visible) = (id.is_some(), customer.is_some());
    Ok(Json(json!({
        "number": if caller.sees_phones() { number.clone() } else { admin.mask().hide(&number) },
        "call_id": ringing.call_id, "known": known, "others": known && !visible, "customer": customer,
        "follow_ups": next, "appointments": due, "opportunities": chances,
        "lists": marks,
        "url": (!url.is_empty()).then(|| url.trim_end_matches(['?', '&'])),
    })))
}

/// What an agent sees of an entry of the black or red list; the one that decides comes first.
fn mark(entry: lists::Entry) -> Value {
    json!({ "kind": entry.kind, "treatment": entry.treatment, "reason": entry.reason, "until_at": entry.until_at.map(|at| at.to_string()) })
}

/// What is open with a customer, of what the caller may read.
async fn open(admin: &Admin, caller: &Caller, resource: &'static Resource, id: &str, more: &[(&str, &str)]) -> Result<Value, Problem> {
    let Some(data) = caller.may(&resource.right("read")) else { return Ok(json!([])) };
    let parameters: Vec<(String, String)> =
        [("customer_id", id), ("limit", MOST)].iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let ask = Ask::read(resource, &parameters, caller)?;
    Ok(json!(list::page(admin, caller, resource, &ask, data).await?.items))
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() || b"-._".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
