//! Row 15: from the start of the program to the first frame with figures, on an empty data folder; and the program's size.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::contest::{Contest, Sample};
use crate::meter::Meter;
use crate::report::{Cell, Goal, Report};
use crate::serving::{Serving, program};
use crate::session::Session;

/// Starts of one sample.
const TIMES: usize = 3;

/// Runs the row.
///
/// # Errors
/// When the program cannot be stripped.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let stripped = stripped_mb(session)?;
    let results = Contest::new(format!("start on an empty folder to the first frame, the mean of {TIMES}"))
        .contestant("callboard", || {
            let (mut frame_ms, mut figures_ms) = (0.0, 0.0);
            for _ in 0..TIMES {
                let (first, ready) = start(session)?;
                frame_ms += first / TIMES as f64;
                figures_ms += ready / TIMES as f64;
            }
            Ok(Sample::default().with("frame_ms", frame_ms).with("figures_ms", figures_ms).with("stripped_mb", stripped))
        })
        .run(session);
    report.add(
        results,
        [
            Cell::alone("15", "start to the first frame, ms", "frame_ms", "callboard", Goal::AtMost(150.0)),
            Cell::alone("15", "start to the first frame with figures, ms", "figures_ms", "callboard", Goal::AtMost(150.0)),
            Cell::alone("15", "stripped binary, MB", "stripped_mb", "callboard", Goal::AtMost(80.0)),
        ],
    );
    Ok(())
}

/// Milliseconds to the first frame of all, and to the first whose tiles are ready.
fn start(session: &Session) -> Result<(f64, f64)> {
    let folder = session.scratch()?;
    let meter = Meter::start();
    let mut serving = Serving::start(folder.path(), "UTC")?;
    let mut screen = serving.screen()?;
    let mut shown = screen.next()?;
    session.plant().burn(meter.elapsed());
    let first = meter.elapsed();
    while !shown.ready {
        shown = screen.next()?;
    }
    Ok((first.as_secs_f64() * 1e3, meter.elapsed().as_secs_f64() * 1e3))
}

/// Megabytes of 1,000,000 bytes of a stripped copy.
fn stripped_mb(session: &Session) -> Result<f64> {
    let folder = session.scratch()?;
    let copy = folder.path().join("callboard");
    std::fs::copy(program()?, &copy)?;
    let status = Command::new("strip").arg(&copy).status()?;
    ensure!(status.success(), "strip ended with {status}");
    Ok(std::fs::metadata(&copy)?.len() as f64 / 1e6)
}
