//! `load`: the product against its peers and bounds, release only; `cargo xtask bench` builds and starts it.
//!
//! Every figure is a ratio inside one interleaved run of contestants that read the same input and give the same
//! answer. How to read and extend it: `docs/adr/0050-a-figure-is-a-ratio.md`.

mod area;
mod ask;
mod clock;
mod contest;
mod flow;
mod imported;
mod input;
mod made;
mod meter;
mod process;
mod report;
mod serving;
mod session;
mod today;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;

use area::SUITES;
use report::Report;
use session::Session;

/// The allocator of `callboard`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Measures one area, or those of a suite.
#[derive(Debug, Parser)]
#[command(name = "load")]
struct Arguments {
    /// The area; or `core`, or `engines` for those that need a real Kafka and ClickHouse.
    area: String,
    /// Size of the common input; areas of other kinds scale with it.
    #[arg(long, default_value_t = session::FULL_EVENTS)]
    events: usize,
    /// Rounds of each contest.
    #[arg(long, default_value_t = 5)]
    repeats: usize,
    /// Where tables go, and where inputs and scratch folders lie.
    #[arg(long, default_value = "target/bench")]
    out: PathBuf,
    /// Slow the product down, and succeed only when every timed goal is missed.
    #[arg(long)]
    control: bool,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let result = match words.as_slice() {
        // One contestant in a process of its own: contests start it so.
        [play, rest @ ..] if play == "play" => run_play(rest),
        _ => run(&Arguments::parse()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool> {
    if cfg!(debug_assertions) {
        bail!("figures of a debug build say nothing; run `cargo xtask bench`");
    }
    let chosen = area::chosen(&arguments.area);
    if chosen.is_empty() {
        let of = |areas: &[area::Area]| areas.iter().map(|a| format!("  {:<19} {}", a.name, a.what)).collect::<Vec<_>>().join("\n");
        let known: Vec<String> = SUITES.iter().map(|(suite, areas)| format!("{suite}, which is\n{}", of(areas))).collect();
        bail!("unknown area {:?}; there are {}", arguments.area, known.join("\nand "));
    }
    let session = Session::new(arguments.events, arguments.repeats, arguments.out.clone(), arguments.control)?;
    let mut good = true;
    let mut lines = Vec::new();
    for area in chosen {
        let mut report = Report::new(area.name, area.what, &session);
        (area.run)(&session, &mut report)?;
        report.print();
        report.write(&session)?;
        good &= report.is_good(&session);
        lines.extend(report.lines());
    }
    println!("\n{}", report::summary(&lines, &session));
    Ok(good)
}

fn run_play(words: &[String]) -> Result<bool> {
    let [area, name, rest @ ..] = words else { bail!("play AREA CONTESTANT ARGUMENTS...") };
    let known = SUITES.iter().flat_map(|(_, areas)| *areas).find(|a| a.name == area).and_then(|a| a.plays.iter().find(|p| p.0 == name));
    let Some((_, play)) = known else { bail!("area {area:?} has no contestant {name:?} of its own process") };
    let sample = play(rest)?;
    println!("{}", serde_json::to_string(&sample)?);
    Ok(true)
}
