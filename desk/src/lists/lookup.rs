//! `GET /api/v1/lists/lookup?number=`: whether a number is on a list now; for telephone systems, before a call is put through.
//!
//! A number may be there as a whole, by its beginning or by its area: each of these is a key, and all are asked for at
//! once. The index answers, on every node as the store stands: nothing is kept in memory that could be out of date.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::hits::Hits;
use super::rules::{in_force, key_of};
use crate::numbers;
use callboard_admin::Admin;
use callboard_admin::http::{Routes, body::Asked};
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_domain::Timestamp;

/// The fewest digits of a beginning.
const FEWEST: usize = 2;

/// An entry that counts for a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Which list.
    pub kind: Verdict,
    /// `exact`, `prefix` or `area`.
    pub matching: String,
    /// The number, or its beginning.
    pub number: String,
    /// What is done with calls: `reject` or `low_priority`; none on the red list.
    pub treatment: Option<String>,
    /// Why it is there.
    pub reason: String,
    /// Until when.
    pub until_at: Option<Timestamp>,
}

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Never held up, whatever the black list says.
    Red,
    /// Turned away, or behind others.
    Black,
}

impl Verdict {
    const ALL: [Self; 2] = [Self::Red, Self::Black];

    const fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Black => "black",
        }
    }
}

/// The entries that count for a number at a moment, the one that decides first: the red list before the black one, then
/// whichever says most of the number.
///
/// # Errors
/// When the store fails.
pub async fn lookup(db: &impl ConnectionTrait, number: &str, at: Timestamp) -> Result<Vec<Entry>, Problem> {
    let columns = ["id", "kind", "matching", "number", "treatment", "reason", "until_at"];
    let select = Query::select()
        .columns(columns)
        .from("lists")
        .and_where(Expr::col("open_key").is_in(keys(&numbers::normal(number))))
        .cond_where(in_force(at))
        .to_owned();
    let mut found = Vec::new();
    for row in db.query_all(&select).await? {
        found.push(Entry {
            id: row.try_get("", "id")?,
            kind: if row.try_get::<String>("", "kind")? == "red" { Verdict::Red } else { Verdict::Black },
            matching: row.try_get("", "matching")?,
            number: row.try_get("", "number")?,
            treatment: row.try_get("", "treatment")?,
            reason: row.try_get("", "reason")?,
            until_at: row.try_get::<Option<i64>>("", "until_at")?.map(Timestamp::from_millis),
        });
    }
    found.sort_by_key(|entry| (entry.kind, entry.matching != "exact", Reverse(entry.number.len())));
    Ok(found)
}

/// Every key by which a number may be there.
fn keys(number: &str) -> Vec<String> {
    let starts = (FEWEST..=number.len()).filter_map(|end| number.get(..end));
    let mut ways = vec![("exact", number)];
    ways.extend(starts.clone().map(|start| ("prefix", start)));
    ways.extend(starts.filter(|start| start.starts_with('0') && (3..=4).contains(&start.len())).map(|area| ("area", area)));
    ways.iter().flat_map(|(matching, start)| Verdict::ALL.map(|list| key_of(list.name(), matching, start))).collect()
}

pub(super) fn routes(routes: &mut Routes) {
    let hits = Arc::new(Hits::default());
    let handler = move |state, caller, asked| answer(Arc::clone(&hits), state, caller, asked);
    routes.get("/lists/lookup", Need::Right(super::LOOKUP.into()), "Whether a number is on a list now", handler);
}

#[derive(Debug, Deserialize)]
struct Question {
    number: String,
    /// Whether it is a call, which counts as a hit; so it is where nothing is said.
    call: Option<bool>,
}

async fn answer(
    hits: Arc<Hits>,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Asked(question): Asked<Question>,
) -> Result<Json<Value>, Problem> {
    let number = numbers::asked(&question.number)?;
    let mut entries = lookup(admin.db(), &number, admin.now()).await?;
    let first = entries.first().cloned();
    if let Some(entry) = first.as_ref().filter(|_| question.call != Some(false)) {
        hits.count(&admin, &entry.id);
    }
    let shown = |number: &str| if caller.sees_phones() { number.to_owned() } else { admin.mask().hide(number) };
    for entry in &mut entries {
        entry.number = shown(&entry.number);
    }
    Ok(Json(json!({
        "number": shown(&number), "verdict": first.as_ref().map_or("none", |e| e.kind.name()), "treatment": first.and_then(|e| e.treatment),
        "entries": entries,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_asked_for_as_a_whole_by_every_beginning_and_by_its_area() {
        let all = keys("05718");
        for key in ["black:exact:05718", "red:prefix:05", "black:prefix:05718", "red:area:057", "black:area:0571"] {
            assert!(all.iter().any(|k| k == key), "{key}");
        }
        assert!(!all.iter().any(|k| k == "black:area:05718" || k == "black:prefix:0"));
        assert!(!keys("13800001111").iter().any(|k| k.contains("area")));
    }
}
