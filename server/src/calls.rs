//! Calls for those who do not write SQL: pages, one call with its path, and the calls of a customer's numbers.

use std::sync::Arc;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use callboard_admin::Admin;
use callboard_admin::identity::Caller;
use callboard_admin::problem::Problem;
use callboard_admin::words::Lang;
use callboard_desk::recordings;
use callboard_domain::Timestamp;
use callboard_domain::time::DAY_MS;
use callboard_sql::output::Format;
use callboard_sql::{Limits, Sight};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::asking::Asking;
use crate::organisation::tables;

/// The right to see calls; its scope says whose.
pub(crate) const RIGHT: &str = "calls.read";
/// The columns of a list.
const COLUMNS: &str = "source, call, direction, from_number, to_number, queue, agent, started_at, answered_at, ended_at, outcome, ended_by, \
                       wait_ms, ring_ms, talk_ms, hold_ms, wrap_up_ms, visits, legs, transfers, recording, voicemail, rating";
/// Rows of a page where nothing is said, and the most.
const USUAL: usize = 50;
const MOST: usize = 200;
/// The years 1900 and 2200.
const EARLIEST_MS: i64 = -2_208_988_800_000;
const LATEST_MS: i64 = 7_258_118_400_000;
/// How far back is looked, in days, until a page is full: the newest calls are found without reading years.
const STEPS_DAYS: [i64; 4] = [1, 8, 32, 366];

/// Which calls are wanted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    source: Option<String>,
    queue: Option<String>,
    agent: Option<String>,
    number: Option<String>,
    direction: Option<String>,
    outcome: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// Where a page ends: the next one begins after it.
struct End {
    at: Timestamp,
    source: String,
    call: String,
}

/// Asks for calls.
#[derive(Clone)]
pub(crate) struct Calls {
    pub(crate) asking: Asking,
    /// Whether this node shows calls at all.
    pub(crate) here: bool,
}

impl Calls {
    /// A page of calls, the latest first: its rows, and where the next begins.
    ///
    /// # Errors
    /// 400 for what is no cursor, 401 and 403 without the right; or history fails.
    pub(crate) async fn page(&self, admin: &Arc<Admin>, caller: Caller, wanted: &Wanted) -> Result<Value, Problem> {
        let sight = tables::sight(admin, caller, RIGHT).await?;
        let limit = wanted.limit.unwrap_or(USUAL).clamp(1, MOST);
        for (name, at) in [("from", wanted.from), ("to", wanted.to)] {
            if at.is_some_and(|at| !has_words(at)) {
                return Err(Problem::field(name, "kind", "lies outside all calls", "超出可查询的时间范围"));
            }
        }
        let end = match &wanted.cursor {
            Some(text) => Some(End::read(text).ok_or_else(|| Problem::field("cursor", "kind", "is not one of this list", "不是该列表的游标"))?),
            None => None,
        };
        let mut rows =
            self.latest(&sight, &wanted.conditions(), wanted.from, end.as_ref().map(|e| e.at).or(wanted.to), end.as_ref(), limit + 1).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).and_then(End::of).map(|end| end.written());
        Ok(json!({ "items": rows, "next": next }))
    }

    /// One call with its waits, its legs and its path.
    ///
    /// # Errors
    /// 401 and 403 without the right, 404 where there is none in sight; or history fails.
    pub(crate) async fn one(&self, admin: &Arc<Admin>, caller: Caller, source: &str, call: &str) -> Result<Value, Problem> {
        let sight = tables::sight(admin, caller, RIGHT).await?;
        let its = format!("source = {} AND call = {}", literal(source), literal(call));
        let mut rows = self.ask(&sight, &format!("SELECT {COLUMNS}, path FROM calls WHERE {its}")).await?;
        let Some(Value::Object(mut found)) = rows.pop() else { return Err(Problem::not_found()) };
        let path = found.get("path").and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok());
        found.insert("path".into(), path.unwrap_or(Value::Null));
        // Whoever sees a call sees all of it.
        let whole = Sight { reach: None, ..sight };
        let visits = "visit, queue, entered_at, left_at, outcome, position, agent, wait_ms, target_ms";
        found.insert("waits".into(), self.ask(&whole, &format!("SELECT {visits} FROM queue_visits WHERE {its} ORDER BY visit")).await?.into());
        let legs = "leg, queue, agent, began_at, answered_at, ended_at, outcome, ended_by, ring_ms, talk_ms, hold_ms, wrap_up_ms";
        found.insert("rings".into(), self.ask(&whole, &format!("SELECT {legs} FROM agent_legs WHERE {its} ORDER BY leg")).await?.into());
        Ok(found.into())
    }

    /// The latest calls that meet the conditions, from `from` on and up to `to`.
    async fn latest(
        &self,
        sight: &Sight,
        conditions: &[String],
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        after: Option<&End>,
        limit: usize,
    ) -> Result<Vec<Value>, Problem> {
        let newest = to.unwrap_or_else(|| self.asking.snapshot.borrow().as_of);
        let steps = STEPS_DAYS.iter().map(|days| Some(newest.plus(-days * DAY_MS))).chain([None]);
        for start in steps {
            let start = start.max(from);
            let mut all = conditions.to_vec();
            all.extend(to.map(|to| format!("started_at <= {}", instant(to))));
            all.extend(start.map(|start| format!("started_at >= {}", instant(start))));
            all.extend(after.map(End::condition));
            let only = if all.is_empty() { String::new() } else { format!("WHERE {}", all.join(" AND ")) };
            let rows = self.ask(sight, &format!("SELECT {COLUMNS} FROM calls {only} ORDER BY started_at DESC, source, call LIMIT {limit}")).await?;
            if rows.len() >= limit || start == from {
                return Ok(rows);
            }
        }
        Ok(Vec::new())
    }

    async fn ask(&self, sight: &Sight, sql: &str) -> Result<Vec<Value>, Problem> {
        if !self.here {
            return Err(Problem::elsewhere());
        }
        if self.asking.telemetry.history.awaited().is_some() {
            return Err(Problem::not_ready());
        }
        let failed = |error: &dyn std::fmt::Display| {
            tracing::error!("could not read calls: {error}");
            Problem::internal()
        };
        let text = self.asking.text(sight.clone(), sql.to_owned(), Limits::default(), Format::Json).await.map_err(|e| failed(&e))?;
        serde_json::from_str(&text).map_err(|e| failed(&e))
    }
}

impl Wanted {
    fn conditions(&self) -> Vec<String> {
        let is = |column: &str, value: &Option<String>| value.as_ref().map(|value| format!("{column} = {}", literal(value)));
        let mut all: Vec<String> = [
            is("source", &self.source),
            is("queue", &self.queue),
            is("agent", &self.agent),
            is("direction", &self.direction),
            is("outcome", &self.outcome),
        ]
        .into_iter()
        .flatten()
        .collect();
        all.extend(self.number.as_ref().map(|number| format!("(from_number = {0} OR to_number = {0})", literal(number))));
        all
    }
}

impl End {
    fn of(row: &Value) -> Option<Self> {
        Some(Self { at: text(row, "started_at")?.parse().ok()?, source: text(row, "source")?, call: text(row, "call")? })
    }

    fn read(text: &str) -> Option<Self> {
        let (at, source, call) = serde_json::from_slice::<(i64, String, String)>(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        Some(Self { at: Timestamp::from_millis(at), source, call }).filter(|end| has_words(end.at))
    }

    fn written(&self) -> String {
        URL_SAFE_NO_PAD.encode(json!([self.at.as_millis(), self.source, self.call]).to_string())
    }

    /// What comes after it in the order of lists.
    fn condition(&self) -> String {
        let (at, source, call) = (instant(self.at), literal(&self.source), literal(&self.call));
        format!("(started_at < {at} OR (started_at = {at} AND (source > {source} OR (source = {source} AND call > {call}))))")
    }
}

/// A text as a literal of SQL.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether SQL has words for a time: its literals count nanoseconds.
fn has_words(at: Timestamp) -> bool {
    (EARLIEST_MS..LATEST_MS).contains(&at.as_millis())
}

fn instant(at: Timestamp) -> String {
    format!("TIMESTAMP '{at}'")
}

#[async_trait::async_trait]
impl callboard_admin::contacts::Calls for Calls {
    async fn of_numbers(
        &self,
        admin: &Arc<Admin>,
        caller: &Caller,
        numbers: &[String],
        before: Timestamp,
        limit: usize,
    ) -> Result<Vec<Value>, String> {
        let forms: Vec<String> = numbers.iter().flat_map(|number| forms(number)).map(|form| literal(&form)).collect();
        let among = forms.join(", ");
        let conditions = [format!("(from_number IN ({among}) OR to_number IN ({among}))")];
        let found = self.latest(&Sight::default(), &conditions, None, Some(before), None, limit).await.map_err(|problem| said(&problem))?;
        let sight = match tables::sight(admin, caller.clone(), RIGHT).await {
            Ok(sight) => sight,
            Err(problem) if matches!(problem.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                return Ok(found.iter().map(outline).collect());
            }
            Err(problem) => return Err(said(&problem)),
        };
        // Numbers are masked in what is shown, so what is seen is looked up by its ids.
        let ids: Vec<String> = found.iter().filter_map(|row| text(row, "call")).map(|call| literal(&call)).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let seen = self.ask(&sight, &format!("SELECT {COLUMNS} FROM calls WHERE call IN ({})", ids.join(", "))).await.map_err(|p| said(&p))?;
        let same = |a: &Value, b: &Value| a.get("source") == b.get("source") && a.get("call") == b.get("call");
        Ok(found.iter().map(|row| seen.iter().find(|other| same(row, other)).cloned().unwrap_or_else(|| outline(row))).collect())
    }
}

/// What of a call is told to who may see its customer only.
fn outline(row: &Value) -> Value {
    ["started_at", "direction", "outcome"].iter().map(|name| ((*name).to_owned(), row.get(name).cloned().unwrap_or(Value::Null))).collect()
}

#[async_trait::async_trait]
impl recordings::Calls for Calls {
    async fn call(&self, id: &str, source: Option<&str>) -> Result<Vec<recordings::Call>, String> {
        let its = format!("call = {}{}", literal(id), source.map(|s| format!(" AND source = {}", literal(s))).unwrap_or_default());
        let ask = async |sql: String| self.ask(&Sight::default(), &sql).await.map_err(|problem| said(&problem));
        let found = ask(format!("SELECT source, call, started_at, from_number, to_number, recording FROM calls WHERE {its}")).await?;
        let mut calls: Vec<recordings::Call> = found.iter().filter_map(named).collect();
        for (sql, is_queue) in [
            (format!("SELECT source, queue AS name FROM queue_visits WHERE {its} ORDER BY visit"), true),
            (format!("SELECT source, agent AS name FROM agent_legs WHERE {its} AND answered_at IS NOT NULL ORDER BY leg"), false),
        ] {
            for row in ask(sql).await? {
                let (Some(source), Some(name)) = (text(&row, "source"), text(&row, "name")) else { continue };
                if let Some(call) = calls.iter_mut().find(|call| call.source == source) {
                    if is_queue { call.queues.push(name) } else { call.agents.push(name) }
                }
            }
        }
        Ok(calls)
    }
}

/// A call as its recording knows it, without queues and agents.
fn named(row: &Value) -> Option<recordings::Call> {
    Some(recordings::Call {
        source: text(row, "source")?,
        call: text(row, "call")?,
        started_at: text(row, "started_at")?.parse().ok()?,
        from: text(row, "from_number"),
        to: text(row, "to_number"),
        recording: text(row, "recording"),
        ..recordings::Call::default()
    })
}

fn text(row: &Value, name: &str) -> Option<String> {
    row.get(name)?.as_str().map(str::to_owned)
}

fn said(problem: &Problem) -> String {
    problem.detail().get(Lang::En).to_owned()
}

/// A number as exchanges may write it: with a zero for outside, with and without the country.
fn forms(number: &str) -> Vec<String> {
    let digits = number.trim_start_matches('+');
    // Mainland numbers have at most 11 digits without the country's 86.
    let bare = digits.strip_prefix("86").filter(|rest| rest.len() >= 10).unwrap_or(digits);
    let mut forms = vec![number.to_owned()];
    forms.extend(["", "0", "86", "+86", "0086"].iter().map(|prefix| format!("{prefix}{bare}")));
    forms.sort();
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_anything_else_is_none() {
        let end = End { at: Timestamp::from_millis(1_763_424_000_000), source: "北京 pbx".into(), call: "a'b".into() };
        let read = End::read(&end.written()).unwrap();
        assert_eq!((read.at, read.source, read.call), (end.at, end.source, end.call));
        for text in ["", "zz", "5", "5b5d", "北京"] {
            assert!(End::read(text).is_none(), "{text}");
        }
        let never = End { at: Timestamp::from_millis(i64::MIN), source: String::new(), call: String::new() };
        assert!(End::read(&never.written()).is_none());
    }

    #[test]
    fn a_text_cannot_leave_its_literal() {
        assert_eq!(literal("x' OR '1'='1"), "'x'' OR ''1''=''1'");
    }

    #[test]
    fn a_number_is_found_however_the_exchange_writes_it() {
        assert_eq!(forms("13800001111"), ["+8613800001111", "008613800001111", "013800001111", "13800001111", "8613800001111"]);
        assert!(forms("+8613800001111").contains(&"013800001111".to_owned()));
        assert!(forms("8001").contains(&"8001".to_owned()));
    }
}
