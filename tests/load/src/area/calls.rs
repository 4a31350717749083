//! Lists of calls as the console asks for them, page by page over HTTP, with years of calls behind them.

use anyhow::{Context, Result, ensure};
use callboard_domain::event::Body;
use callboard_domain::{Event, Timestamp};
use callboard_ingest::simulator::Simulator;
use serde_json::Value;

use crate::contest::{Contest, Sample};
use crate::imported::import;
use crate::made::centre;
use crate::meter::{Meter, percentile};
use crate::report::{Cell, Goal, Report};
use crate::serving::Serving;
use crate::session::Session;

/// Calls at full size.
const CALLS: usize = 10_000_000;
/// A Monday's midnight in the centre's zone.
const START: &str = "2026-03-01T16:00:00.000Z";
const ZONE: &str = "Asia/Shanghai";
/// Calls a minute in the busiest hour: 10 million are three months.
const CALLS_PER_MINUTE: f64 = 200.0;
/// Requests of one sample.
const TIMES: usize = 10;
/// How far one turns the pages.
const PAGES: usize = 50;
const GOAL_MS: f64 = 100.0;

/// Runs the area.
///
/// # Errors
/// When the calls cannot be made, or a page is not as it must be.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let folder = session.scratch()?;
    let (data, wanted) = (folder.path().join("data"), session.scaled(CALLS, 50_000));
    eprintln!("making {wanted} calls");
    let mut made = 0;
    let story = Simulator::new(centre(31, START.parse()?, 50, CALLS_PER_MINUTE)).take_while(move |event: &Event<'_>| {
        made += usize::from(matches!(event.body, Body::CallStarted(_)));
        made <= wanted
    });
    let mut last = Timestamp::from_millis(0);
    let tally = import(&data, story, |event, _| {
        last = last.max(event.at);
        Ok(())
    })?;
    let mut serving = Serving::start(&data, ZONE)?;
    drop(serving.screen()?);
    let pages = Pages { serving: &serving, session };
    let sample = pages.get("")?;
    let row = sample.rows.first().context("no calls")?;
    let text = |name: &str| row.get(name).and_then(Value::as_str).with_context(|| format!("no {name} in {row}"));
    let asked = [
        ("the newest", String::new()),
        ("a queue's", format!("queue={}", text("queue")?)),
        ("an agent's", format!("agent={}", text("agent").unwrap_or("none"))),
        ("a number's", format!("number={}", text("from_number")?)),
        ("the abandoned", "outcome=abandoned".to_owned()),
        ("a day in the middle", format!("to={}", Timestamp::from_millis(i64::midpoint(START.parse::<Timestamp>()?.as_millis(), last.as_millis())))),
    ];
    let mut contest = Contest::new(format!("a page of 50 of {wanted} calls, {} events, over HTTP", tally.events));
    for (name, question) in &asked {
        contest = contest.contestant(name, || pages.times(question));
    }
    let one = format!("/api/v1/calls/{}/{}", text("source")?, text("call")?);
    let results =
        contest.contestant("turning 50 pages", || pages.turned()).contestant("one call", || pages.many(|| pages.page(&one).map(drop))).run(session);
    let cell = |name: &'static str, what: &str| Cell::alone("-", format!("{what}: p50, ms"), "p50_ms", name, Goal::AtMost(GOAL_MS));
    let cells = [
        cell("the newest", "the newest calls"),
        cell("a queue's", "those of a queue"),
        cell("an agent's", "those of an agent"),
        cell("a number's", "those of a number"),
        cell("the abandoned", "the abandoned ones"),
        cell("a day in the middle", "those before the middle"),
        cell("turning 50 pages", "the next page, 50 times"),
        cell("one call", "one call with its path"),
    ];
    report.add(results, cells);
    Ok(())
}

/// Asks for pages.
struct Pages<'a> {
    serving: &'a Serving,
    session: &'a Session,
}

/// One page.
struct Page {
    rows: Vec<Value>,
    next: Option<String>,
}

impl Pages<'_> {
    fn get(&self, question: &str) -> Result<Page> {
        let mut page = self.page(&format!("/api/v1/calls?limit=50&{}", question.replace('+', "%2B")))?;
        let next = page.get("next").and_then(Value::as_str).map(str::to_owned);
        let rows: Vec<Value> = serde_json::from_value(page.get_mut("items").context("no items")?.take())?;
        let times: Vec<&str> = rows.iter().filter_map(|row| row.get("started_at").and_then(Value::as_str)).collect();
        ensure!(!rows.is_empty() && times.len() == rows.len() && times.is_sorted_by(|a, b| a >= b), "{question}: not the newest first: {times:?}");
        Ok(Page { rows, next })
    }

    fn page(&self, path: &str) -> Result<Value> {
        let (status, text) = self.serving.get(path)?;
        ensure!(status == 200, "{path}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    fn times(&self, question: &str) -> Result<Sample> {
        self.many(|| self.get(question).map(drop))
    }

    /// Every page after another, each by the cursor of the one before.
    fn turned(&self) -> Result<Sample> {
        let mut cursor = None;
        let mut times = Vec::with_capacity(PAGES);
        for _ in 0..PAGES {
            let meter = Meter::start();
            let page = self.get(&cursor.map(|c| format!("cursor={c}")).unwrap_or_default())?;
            self.session.plant().burn(meter.elapsed());
            times.push(meter.elapsed().as_secs_f64() * 1e3);
            cursor = page.next;
        }
        Ok(sample(&mut times))
    }

    fn many(&self, mut ask: impl FnMut() -> Result<()>) -> Result<Sample> {
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let meter = Meter::start();
            ask()?;
            self.session.plant().burn(meter.elapsed());
            times.push(meter.elapsed().as_secs_f64() * 1e3);
        }
        Ok(sample(&mut times))
    }
}

fn sample(times: &mut [f64]) -> Sample {
    Sample::default().with("p50_ms", percentile(times, 0.5)).with("slowest_ms", percentile(times, 1.0))
}
