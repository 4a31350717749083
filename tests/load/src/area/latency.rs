//! From an event accepted to the frame that shows it, on a socket of the running server, at 1,000, 10,000 and 50,000
//! events a second. The tick of 250 ms is part of it; without it is counted from the first tick after the answer.

use anyhow::Result;

use crate::contest::{Contest, Sample};
use crate::flow::{batches, run as flow};
use crate::report::{Cell, Goal, Report};
use crate::session::Session;
use crate::today::Today;

/// Events a second, and the contestants' names.
const RATES: [(u64, &str); 3] = [(1_000, "1,000/s"), (10_000, "10,000/s"), (50_000, "50,000/s")];

/// Runs the area.
///
/// # Errors
/// When the events cannot be made.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let today = Today::now();
    let seconds = session.scaled(5, 3) as u64;
    let made = RATES.iter().map(|(rate, name)| batches(&today, *rate, seconds).map(|b| (*name, b))).collect::<Result<Vec<_>>>()?;
    let mut contest = Contest::new(format!("event accepted to frame: {seconds} s a round, batches every 20 ms, one sender"));
    for (name, batches) in &made {
        let today = &today;
        contest = contest.contestant(name, move || flow(session, today, batches, |_| Ok(Sample::default())));
    }
    let results = contest.run(session);
    let cells = RATES.iter().flat_map(|(_, name)| {
        let cell = |what, figure, goal| Cell::alone("5", format!("{name}: {what}, ms"), figure, name, goal);
        [
            cell("accepted to frame, p50", "accepted_to_frame_p50_ms", Goal::AtMost(200.0)),
            cell("accepted to frame, p99", "accepted_to_frame_p99_ms", Goal::AtMost(350.0)),
            cell("without the wait for the tick, p99", "tick_to_frame_p99_ms", Goal::AtMost(100.0)),
        ]
    });
    report.add(results, cells);
    report.note("an event waits for the next tick, 0 to 250 ms: 125 ms at p50 and 250 ms at p99 are the tick's own");
    Ok(())
}
