//! Row 13b: ten reports over visits that lie in ClickHouse, asked through the query layer, against the same SQL typed
//! into ClickHouse.
//!
//! The visits are made in ClickHouse, in the product's own table, as the rows of one whole commit. Each question is
//! asked from its text; what the product remembers of its answer is thrown away before, so that ClickHouse is asked.

mod reports;
mod visits;

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use callboard_domain::Timestamp;
use callboard_engines::ClickHouse;
use callboard_sql::{Snapshot, Stored};
use callboard_store::history::Manifest;

use super::history::questions::{QUESTIONS, Question, Speaker, text};
use crate::ask::{Ours, Rows, plain};
use crate::contest::{Contest, Results, Sample};
use crate::meter::{Meter, Plant};
use crate::process::digest;
use crate::report::{Cell, Goal, Report};
use crate::session::Session;
use reports::REPORTS;
use visits::{END, Visits};

/// Visits at full size.
const VISITS: usize = 10_000_000;
/// Questions of `history` that ClickHouse cannot answer for us as a whole: medians are computed here from every wait,
/// and groups of groups from the inner ones.
const NOT_WHOLE: [&str; 2] = ["percentiles", "repeat_callers"];

/// Runs the row.
///
/// # Errors
/// When ClickHouse cannot be started or the visits cannot be made.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let engine = ClickHouse::start()?;
    let count = session.scaled(VISITS, 50_000);
    eprintln!("making {count} visits in ClickHouse");
    let visits = Visits::make(&engine, count)?;
    let ours = Ours::new(Plant::none())?;
    let asked = |questions: &[&Question], title: &str| ask_both(session, &engine, &ours, &visits, questions, title);
    let reports = asked(&REPORTS.iter().collect::<Vec<_>>(), "ten reports");
    let cell = |what: &str, goal| Cell::against("13b", what, "wall_s", "callboard", "clickhouse", goal);
    report.add(reports, [cell("ten reports, wall, against ClickHouse alone", Goal::AtMostTimes(1.1))]);
    let others: Vec<&Question> = QUESTIONS.iter().filter(|q| NOT_WHOLE.contains(&q.name)).collect();
    report.add(asked(&others, "two that are not pushed down as a whole"), [cell("percentiles and repeat callers, wall", Goal::None)]);
    report.note(format!("{count} visits, {:.0} MB on disk; 100 million are `--events 20000000`", visits.bytes as f64 / 1e6));
    report.note("the product reads two columns more, stream and commit_number, and ends most questions here: order, limit, ratios");
    Ok(())
}

fn ask_both(session: &Session, engine: &ClickHouse, ours: &Ours, visits: &Visits, questions: &[&Question], title: &str) -> Results {
    Contest::new(format!("{title} over {} visits", visits.count))
        .contestant("callboard", || all(questions, session.plant(), |q| ours.ask(&text(q.sql, Speaker::Ours), &fresh(&visits.manifest, END))))
        .contestant("clickhouse", || all(questions, Plant::none(), |q| typed(engine, &visits.database, &text(q.sql, Speaker::ClickHouse))))
        .run(session)
}

/// What a server sees after a commit: the same rows, and no answer that was kept.
fn fresh(manifest: &Arc<Manifest>, as_of: Timestamp) -> Arc<Snapshot> {
    Arc::new(Snapshot::new(as_of).with_stored(Stored::of(manifest, Path::new(""))))
}

/// Asks every question: the sums, each question's milliseconds, and all answers as one.
fn all(questions: &[&Question], plant: Plant, mut ask: impl FnMut(&Question) -> Result<(Sample, Rows)>) -> Result<Sample> {
    let (mut wall_s, mut lines, mut sample) = (0.0, Vec::new(), Sample::default());
    for question in questions {
        let (cost, rows) = ask(question)?;
        let measured_s = cost.figure("wall_s").unwrap_or(f64::NAN);
        let question_s = measured_s + plant.times(measured_s);
        wall_s += question_s;
        sample = sample.with(&format!("{}_wall_ms", question.name), question_s * 1e3);
        lines.extend(rows.iter().map(|row| format!("{}:{row}", question.name)));
        if std::env::var_os("CALLBOARD_LOAD_ROWS").is_some() {
            rows.iter().for_each(|row| eprintln!("{} {row}", question.name));
        }
    }
    Ok(sample.with("wall_s", wall_s).answering(digest(lines)))
}

/// A question typed into ClickHouse, over HTTP as everything there.
fn typed(engine: &ClickHouse, database: &str, sql: &str) -> Result<(Sample, Rows)> {
    let sql = sql.replace("queue_visits", &format!("{database}.queue_visits"));
    let meter = Meter::start();
    let answer = engine.query(&sql)?;
    let sample = meter.stop();
    let cell = |text: &str| if text == "\\N" { String::new() } else { plain(text) };
    Ok((sample, answer.lines().map(|row| row.split('\t').map(cell).collect::<Vec<_>>().join(",")).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_asked_for_the_same_and_nothing_is_left_in_braces() {
        for question in REPORTS.iter().chain(QUESTIONS.iter().filter(|q| NOT_WHOLE.contains(&q.name))) {
            for who in [Speaker::Ours, Speaker::ClickHouse] {
                let sql = text(question.sql, who);
                assert!(!sql.contains('{') && sql.contains("queue_visits"), "{}: {sql}", question.name);
            }
        }
        assert_eq!(REPORTS.len(), 10);
    }
}
