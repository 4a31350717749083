//! Row 3: the common job, Callboard with per-call state against stream engines with windows of one minute.
//!
//! The peers get the wait on the line. Flink has one slot and a bounded heap, and one JVM that the first round warms up.

use anyhow::{Result, bail};

use crate::contest::Contest;
use crate::input::{Input, Shape};
use crate::process::{Resident, play, python};
use crate::report::{Cell, Goal, Report};
use crate::session::Session;

/// Runs the row.
///
/// # Errors
/// When the input cannot be written.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let input = Input::write(session, Shape::Two)?;
    let file = input.path.to_string_lossy().into_owned();
    let scratch = session.scratch()?;
    let answer = scratch.path().join("answer");
    let peer = |name: &str, program: &str| python(session, name, program, &[&file], Some(&answer));
    let mut flink = Resident::python(session, "flink", "flink_job.py", &[&file], &scratch.path().join("answer-of-flink"));
    let results = Contest::new(format!("the common job as a stream: {}", input.describe()))
        .truth(&input.truth)
        .contestant("callboard", || play("live-path", "live", &[&file], session.plant()))
        .contestant("flink", || match &mut flink {
            Ok(flink) => flink.round(),
            Err(error) => bail!("{error:#}"),
        })
        .contestant("bytewax", || peer("bytewax", "bytewax_job.py"))
        .contestant("pathway", || peer("pathway", "pathway_job.py"))
        .run(session);
    let speed = |peer, goal| Cell::against("3", format!("callboard against {peer}"), "cpu_s", "callboard", peer, goal);
    let memory = Cell::against("3", "most memory, of flink's", "peak_mb", "callboard", "flink", Goal::AtMostTimes(0.125));
    report.add(results, [speed("flink", Goal::FasterBy(5.0)), memory, speed("bytewax", Goal::None), speed("pathway", Goal::None)]);
    report.note("row 3: the stream engines are told each wait by the line and keep no calls");
    Ok(())
}
