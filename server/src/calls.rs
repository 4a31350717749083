//! Calls for those who do not write SQL: pages, one call with its path, and the calls of a customer's numbers.

pub(crate) mod lost;
mod names;
mod today;
mod wanted;

use std::sync::Arc;

use axum::http::StatusCode;
use callboard_admin::Admin;
use callboard_admin::identity::Caller;
use callboard_admin::problem::Problem;
use callboard_admin::words::Lang;
use callboard_desk::recordings;
use callboard_domain::Timestamp;
use callboard_domain::time::DAY_MS;
use callboard_sql::output::Format;
use callboard_sql::{Limits, Sight};
use serde_json::{Value, json};

use crate::asking::Asking;
use crate::organisation::tables;
use names::Names;
pub(crate) use names::SourceTitles;
pub(crate) use wanted::Wanted;
use wanted::{End, Order, has_words, instant, literal};

/// The right to see calls; its scope says whose.
pub(crate) const RIGHT: &str = "calls.read";
/// The columns of a list.
const COLUMNS: &str = "source, call, direction, from_number, to_number, queue, agent, started_at, answered_at, ended_at, outcome, ended_by, \
                       wait_ms, ring_ms, talk_ms, hold_ms, wrap_up_ms, visits, legs, transfers, recording, voicemail, rating";
/// Rows of a page where nothing is said, and the most.
const USUAL: usize = 50;
const MOST: usize = 200;
/// Since when queues and agents were last seen that can be chosen.
const CHOSEN_FROM: &str = "today() - INTERVAL '31 days'";
/// How far back is looked, in days, until a page is full: the newest calls are found without reading years.
const STEPS_DAYS: [i64; 4] = [1, 8, 32, 366];

/// Asks for calls.
#[derive(Clone)]
pub(crate) struct Calls {
    pub(crate) asking: Asking,
    /// Whether this node shows calls at all.
    pub(crate) here: bool,
    pub(crate) source_titles: SourceTitles,
}

impl Calls {
    /// A page of calls: its rows, and where the next begins.
    ///
    /// # Errors
    /// 422 for what cannot be asked, 401 and 403 without the right; or history fails.
    pub(crate) async fn page(&self, admin: &Arc<Admin>, caller: Caller, wanted: &Wanted) -> Result<Value, Problem> {
        let names = self.names(caller.lang);
        let sight = tables::sight(admin, caller, RIGHT).await?;
        let limit = wanted.limit.unwrap_or(USUAL).clamp(1, MOST);
        for (name, at) in [("from", wanted.from), ("to", wanted.to)] {
            if at.is_some_and(|at| !has_words(at)) {
                return Err(Problem::field(name, "kind", "lies outside all calls", "超出可查询的时间范围"));
            }
        }
        let (order, conditions) = (wanted.order()?, wanted.conditions()?);
        let end = wanted.cursor.as_deref().map(|text| End::read(text, order)).transpose()?;
        let mut rows = if order == Order::LATEST {
            self.latest(&sight, &conditions, wanted.from, end.as_ref().and_then(End::at).map(|at| at.plus(1)).or(wanted.to), end.as_ref(), limit + 1)
                .await?
        } else {
            self.among(&sight, &conditions, (wanted.from, wanted.to), end.as_ref(), order, limit + 1).await?
        };
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).and_then(|row| End::of(row, order)).map(|end| end.written());
        names.label_all(&mut rows);
        Ok(json!({ "items": rows, "next": next }))
    }

    /// The queues, agents and sources that can be chosen for a list.
    ///
    /// # Errors
    /// 401 and 403 without the right; or what is live cannot be read.
    pub(crate) async fn choices(&self, admin: &Arc<Admin>, caller: Caller) -> Result<Value, Problem> {
        let (names, title) = (self.names(caller.lang), title(caller.lang));
        let sight = tables::sight(admin, caller, RIGHT).await?;
        let queues = self.ask(&sight, &seen("queue", title, "ordinal", "minute_at")).await?;
        let agents = self.ask(&sight, &seen("agent", "name", "NULL", "quarter_at")).await?;
        let sources = self.ask(&sight, "SELECT source FROM live_sources ORDER BY source").await?;
        let sources: Vec<Value> = sources.iter().filter_map(|row| text(row, "source")).map(|source| names.source(&source)).collect();
        Ok(json!({ "queues": queues, "agents": agents, "sources": sources }))
    }

    /// How today goes, as far as the caller sees it.
    ///
    /// # Errors
    /// 401 and 403 without the right; or history fails.
    pub(crate) async fn today(&self, admin: &Arc<Admin>, caller: Caller) -> Result<Value, Problem> {
        let title = title(caller.lang);
        let sight = tables::sight(admin, caller, RIGHT).await?;
        let figures = self.ask(&sight, today::FIGURES).await?.pop().unwrap_or(Value::Null);
        Ok(today::told(figures, self.ask(&sight, today::QUEUES).await?, title))
    }

    /// One call with its waits, its legs and its path.
    ///
    /// # Errors
    /// 401 and 403 without the right, 404 where there is none in sight; or history fails.
    pub(crate) async fn one(&self, admin: &Arc<Admin>, caller: Caller, source: &str, call: &str) -> Result<Value, Problem> {
        let names = self.names(caller.lang);
        let sight = tables::sight(admin, caller, RIGHT).await?;
        let its = format!("source = {} AND call = {}", literal(source), literal(call));
        let mut rows = self.ask(&sight, &format!("SELECT {COLUMNS}, path FROM calls WHERE {its}")).await?;
        let Some(Value::Object(mut found)) = rows.pop() else { return Err(Problem::not_found()) };
        // Whoever sees a call sees all of it.
        let whole = Sight { reach: None, ..sight };
        let mut path: Vec<Value> = found.get("path").and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let visits = "visit, queue, entered_at, left_at, outcome, position, agent, wait_ms, target_ms";
        let mut waits = self.ask(&whole, &format!("SELECT {visits} FROM queue_visits WHERE {its} ORDER BY visit")).await?;
        let legs = "leg, queue, agent, began_at, answered_at, ended_at, outcome, ended_by, ring_ms, talk_ms, hold_ms, wrap_up_ms";
        let mut rings = self.ask(&whole, &format!("SELECT {legs} FROM agent_legs WHERE {its} ORDER BY leg")).await?;
        [&mut path, &mut waits, &mut rings].into_iter().for_each(|rows| names.label_all(rows));
        names.label(&mut found);
        found.extend([("path".to_owned(), path.into()), ("waits".to_owned(), waits.into()), ("rings".to_owned(), rings.into())]);
        Ok(found.into())
    }

    fn names(&self, lang: Lang) -> Names {
        Names::of(&self.asking.snapshot.borrow(), &self.source_titles, lang)
    }

    /// The latest calls that meet the conditions, from `from` on and before `to`.
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
            let rows = self.among(sight, conditions, (start, to), after, Order::LATEST, limit).await?;
            if rows.len() >= limit || start == from {
                return Ok(rows);
            }
        }
        Ok(Vec::new())
    }

    /// The first calls in an order that meet the conditions and began within the times.
    async fn among(
        &self,
        sight: &Sight,
        conditions: &[String],
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        after: Option<&End>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Value>, Problem> {
        let mut all = conditions.to_vec();
        all.extend(to.map(|to| format!("started_at < {}", instant(to))));
        all.extend(from.map(|from| format!("started_at >= {}", instant(from))));
        all.extend(after.map(End::condition));
        let only = if all.is_empty() { String::new() } else { format!("WHERE {}", all.join(" AND ")) };
        self.ask(sight, &format!("SELECT {COLUMNS} FROM calls {only} ORDER BY {} LIMIT {limit}", order.written())).await
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
        let mut rows: Vec<Value> =
            found.iter().map(|row| seen.iter().find(|other| same(row, other)).cloned().unwrap_or_else(|| outline(row))).collect();
        self.names(caller.lang).label_all(&mut rows);
        Ok(rows)
    }

    async fn sees(&self, admin: &Arc<Admin>, caller: &Caller, right: &str, source: &str, call: &str) -> Result<bool, String> {
        let sight = tables::sight(admin, caller.clone(), right).await.map_err(|problem| said(&problem))?;
        let sql = format!("SELECT call FROM calls WHERE source = {} AND call = {}", literal(source), literal(call));
        Ok(!self.ask(&sight, &sql).await.map_err(|problem| said(&problem))?.is_empty())
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

/// Queues or agents that were seen lately, by their place where they have one, then by title; `at` is the time of their intervals.
fn seen(what: &str, title: &str, place: &str, at: &str) -> String {
    format!(
        "SELECT value, coalesce(max(title), value) AS title FROM (\
         SELECT {what} AS value, {title} AS title, CAST({place} AS BIGINT) AS place FROM live_{what}s \
         UNION ALL SELECT DISTINCT {what}, NULL, NULL FROM {what}_intervals WHERE {at} >= {CHOSEN_FROM}) \
         GROUP BY value ORDER BY min(place), title, value"
    )
}

/// The column of titles in a language.
const fn title(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "title_zh",
        Lang::En => "title_en",
    }
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
    fn a_number_is_found_however_the_exchange_writes_it() {
        assert_eq!(forms("13800001111"), ["+8613800001111", "008613800001111", "013800001111", "13800001111", "8613800001111"]);
        assert!(forms("+8613800001111").contains(&"013800001111".to_owned()));
        assert!(forms("8001").contains(&"8001".to_owned()));
    }
}
