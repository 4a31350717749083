//! Callers whose call was lost, and what has become of each since: they called again, were called, or are still to be called back.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use callboard_admin::Admin;
use callboard_admin::identity::Caller;
use callboard_admin::problem::Problem;
use callboard_desk::call_backs::{self, Mark};
use callboard_domain::Timestamp;
use callboard_domain::time::DAY_MS;
use callboard_sql::Sight;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::wanted::{among, has_words, instant, literal};
use super::{Calls, MOST, USUAL, text};
use crate::organisation::tables;

/// The longest span that is looked at.
const LONGEST_MS: i64 = 31 * DAY_MS;
/// The most callers that are looked at, the last lost ones.
const MOST_LOST: usize = 2_000;
/// Digits at the end of a number that stay the same whatever stands before them for outside lines and countries.
const TAIL: usize = 8;
/// States of a caller, as counted.
const STATES: [&str; 5] = ["open", "taken", "done", "repeated", "returned"];

/// Which callers are wanted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    queue: Option<String>,
    state: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// A caller with their last lost call, and what became of it.
struct Lost {
    row: Map<String, Value>,
    key: (String, String),
    at: Timestamp,
    number: String,
    mark: Option<Mark>,
    later: Option<Later>,
}

/// A call after the lost one that was answered.
#[derive(Clone)]
struct Later {
    at: Timestamp,
    source: String,
    call: String,
    came_in: bool,
}

impl Calls {
    /// Lost callers as far as the caller sees calls, the last lost first.
    ///
    /// # Errors
    /// 422 for what cannot be asked, 401 and 403 without the right; or history fails.
    pub(crate) async fn lost(&self, admin: &Arc<Admin>, caller: Caller, wanted: &Wanted) -> Result<Value, Problem> {
        let span = self.span(wanted)?;
        let states: Option<HashSet<&str>> = wanted.state.as_deref().map(|states| states.split(',').collect());
        let (names, sees) = (self.names(caller.lang), caller.sees_phones());
        // Masked numbers cannot be told apart; they are hidden at the end.
        let sight = Sight { masked: false, ..tables::sight(admin, caller.clone(), call_backs::READ).await? };
        let mut all = self.last_lost(&sight, &span, wanted.queue.as_deref()).await?;
        let capped = all.len() > MOST_LOST;
        all.truncate(MOST_LOST);
        self.settle(&mut all).await?;
        let keys: Vec<(String, String)> = all.iter().map(|lost| lost.key.clone()).collect();
        let mut marks = call_backs::marks(admin, &keys).await?;
        all.iter_mut().for_each(|lost| lost.mark = marks.remove(&lost.key));

        let mut counts: Map<String, Value> = STATES.iter().map(|state| ((*state).to_owned(), json!(0))).collect();
        for lost in &all {
            if let Some(count) = counts.get_mut(lost.state()) {
                *count = json!(count.as_i64().unwrap_or_default() + 1);
            }
        }
        let after = wanted.cursor.as_deref().map(read).transpose()?;
        let limit = wanted.limit.unwrap_or(USUAL).clamp(1, MOST);
        let mut page: Vec<Lost> = all
            .into_iter()
            .filter(|lost| states.as_ref().is_none_or(|states| states.contains(lost.state())))
            .filter(|lost| after.as_ref().is_none_or(|after| lost.place() > *after))
            .take(limit + 1)
            .collect();
        let more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| more).map(|lost| written(&lost.place()));
        let mut items = Vec::with_capacity(page.len());
        for lost in page {
            let customer = call_backs::customer(admin, &caller, &lost.number).await?;
            let number = if sees { lost.number.clone() } else { admin.mask().hide(&lost.number) };
            let mut row = lost.told(&number, customer);
            names.label(&mut row);
            items.push(row);
        }
        Ok(json!({ "items": items, "next": next, "counts": counts, "capped": capped }))
    }

    /// The span as conditions of SQL: since yesterday's midnight where nothing is said.
    fn span(&self, wanted: &Wanted) -> Result<String, Problem> {
        for (name, at) in [("from", wanted.from), ("to", wanted.to)] {
            if at.is_some_and(|at| !has_words(at)) {
                return Err(Problem::field(name, "kind", "lies outside all calls", "超出可查询的时间范围"));
            }
        }
        let to = wanted.to.unwrap_or_else(|| self.asking.snapshot.borrow().as_of);
        if wanted.from.is_some_and(|from| from < to.plus(-LONGEST_MS)) {
            return Err(Problem::field("from", "range", "lies more than 31 days before the end", "时间跨度不能超过 31 天"));
        }
        let from = wanted.from.map_or_else(|| "today() - INTERVAL '1 day'".to_owned(), instant);
        let until = wanted.to.map(|to| format!(" AND started_at < {}", instant(to))).unwrap_or_default();
        Ok(format!("started_at >= {from}{until}"))
    }

    /// The last lost call of each number, and how often it was lost.
    async fn last_lost(&self, sight: &Sight, span: &str, queues: Option<&str>) -> Result<Vec<Lost>, Problem> {
        let queued = queues.map(|queues| format!(" AND {}", among("queue", queues))).unwrap_or_default();
        let sql = format!(
            "SELECT from_number AS number, source, call, queue, outcome, wait_ms AS waited_ms, started_at AS lost_at, times FROM (\
             SELECT from_number, source, call, queue, outcome, wait_ms, started_at, COUNT(*) OVER (PARTITION BY from_number) AS times, \
             row_number() OVER (PARTITION BY from_number ORDER BY started_at DESC, source, call) AS place FROM calls \
             WHERE direction = 'inbound' AND outcome IN ('abandoned', 'timed_out', 'overflow', 'lost') AND character_length(from_number) > 2 AND {span}) \
             WHERE place = 1{queued} ORDER BY lost_at DESC, source, call LIMIT {}",
            MOST_LOST + 1
        );
        let rows = self.ask(sight, &sql).await?;
        let lost = |row: Value| {
            let (source, call, number) = (text(&row, "source")?, text(&row, "call")?, text(&row, "number")?);
            let at = text(&row, "lost_at")?.parse().ok()?;
            let Value::Object(row) = row else { return None };
            Some(Lost { row, key: (source, call), at, number, mark: None, later: None })
        };
        Ok(rows.into_iter().filter_map(lost).collect())
    }

    /// Finds the first answered call of each after the lost one; whoever sees the caller is told of it, whose call it was is not.
    async fn settle(&self, all: &mut [Lost]) -> Result<(), Problem> {
        let Some(first) = all.iter().map(|lost| lost.at).min() else { return Ok(()) };
        let tails: Vec<String> = all.iter().map(|lost| literal(tail(&lost.number))).collect();
        let their = |column: &str| format!("right({column}, {TAIL}) IN ({})", tails.join(", "));
        let sql = format!(
            "SELECT source, call, started_at, direction, CASE WHEN direction = 'inbound' THEN from_number ELSE to_number END AS number FROM calls \
             WHERE started_at > {} AND answered_at IS NOT NULL AND ((direction = 'inbound' AND {}) OR (direction = 'outbound' AND {})) \
             ORDER BY started_at, source, call",
            instant(first),
            their("from_number"),
            their("to_number")
        );
        let mut later: HashMap<String, Vec<Later>> = HashMap::new();
        for row in self.ask(&Sight::default(), &sql).await? {
            let (Some(source), Some(call), Some(number), Some(Ok(at))) =
                (text(&row, "source"), text(&row, "call"), text(&row, "number"), text(&row, "started_at").map(|at| at.parse::<Timestamp>()))
            else {
                continue;
            };
            let came_in = text(&row, "direction").as_deref() == Some("inbound");
            later.entry(tail(&number).to_owned()).or_default().push(Later { at, source, call, came_in });
        }
        for lost in all {
            lost.later = later.get(tail(&lost.number)).and_then(|calls| calls.iter().find(|later| later.at > lost.at)).cloned();
        }
        Ok(())
    }
}

impl Lost {
    fn state(&self) -> &'static str {
        match (&self.mark, &self.later) {
            (Some(mark), _) if mark.state == "done" => "done",
            (_, Some(later)) if later.came_in => "repeated",
            (_, Some(_)) => "returned",
            (Some(mark), None) if mark.state == "taken" => "taken",
            _ => "open",
        }
    }

    /// Its place in the list: the last lost first.
    fn place(&self) -> (i64, String, String) {
        (-self.at.as_millis(), self.key.0.clone(), self.key.1.clone())
    }

    fn told(self, number: &str, customer: Option<(String, String)>) -> Map<String, Value> {
        let state = self.state();
        let (customer_id, customer_label) = customer.unzip();
        let mut row = self.row;
        let (settled_at, settled) = self.later.map(|later| (later.at.to_string(), (later.source, later.call))).unzip();
        let (settled_source, settled_call) = settled.unzip();
        let mark =
            self.mark.unwrap_or_else(|| Mark { state: state.into(), result: None, note: None, user_id: None, user: None, changed_at: Value::Null });
        row.extend(
            [
                ("number", json!(number)),
                ("state", json!(state)),
                ("settled_at", json!(settled_at)),
                ("settled_source", json!(settled_source)),
                ("settled_call", json!(settled_call)),
                ("user_id", json!(mark.user_id)),
                ("user_label", json!(mark.user)),
                ("result", json!(mark.result)),
                ("note", json!(mark.note)),
                ("changed_at", mark.changed_at),
                ("customer_id", json!(customer_id)),
                ("customer_label", json!(customer_label)),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        row
    }
}

/// The last characters of a number.
fn tail(number: &str) -> &str {
    let start = number.char_indices().rev().nth(TAIL - 1).map_or(0, |(at, _)| at);
    number.get(start..).unwrap_or(number)
}

fn written(place: &(i64, String, String)) -> String {
    URL_SAFE_NO_PAD.encode(json!(place).to_string())
}

fn read(text: &str) -> Result<(i64, String, String), Problem> {
    let place = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    place.ok_or_else(|| Problem::field("cursor", "kind", "is not one of this list", "不是该列表的游标"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(mark: Option<&str>, later: Option<bool>) -> Lost {
        let at = Timestamp::from_millis(1_000);
        let mark = mark.map(|state| Mark { state: state.into(), result: None, note: None, user_id: None, user: None, changed_at: Value::Null });
        let later = later.map(|came_in| Later { at: at.plus(1), source: "pbx".into(), call: "c2".into(), came_in });
        Lost { row: Map::new(), key: ("pbx".into(), "c1".into()), at, number: "13800001111".into(), mark, later }
    }

    #[test]
    fn what_people_said_last_stands_before_what_calls_tell() {
        for (mark, later, state) in [
            (None, None, "open"),
            (Some("taken"), None, "taken"),
            (Some("open"), None, "open"),
            (None, Some(true), "repeated"),
            (Some("taken"), Some(false), "returned"),
            (Some("done"), Some(true), "done"),
        ] {
            assert_eq!(lost(mark, later).state(), state, "{mark:?} {later:?}");
        }
    }

    #[test]
    fn a_place_reads_back_and_goes_on_behind_itself() {
        let first = lost(None, None);
        let place = read(&written(&first.place())).unwrap();
        assert!(first.place() <= place);
        assert!(Lost { at: Timestamp::from_millis(999), ..lost(None, None) }.place() > place, "whoever was lost before comes after");
        assert!(read("zz").is_err());
    }

    #[test]
    fn a_number_is_the_same_behind_any_prefix() {
        assert_eq!(tail("013800001111"), tail("+8613800001111"));
        assert_eq!(tail("8001"), "8001");
    }
}
