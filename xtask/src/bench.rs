//! `bench`: the release benches, one area or all of them.
//!
//! A bench prints its table and writes `AREA.json` into the folder that `CALLBOARD_BENCH_OUT` names, here `target/bench`.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::shell;

struct Area {
    name: &'static str,
    package: &'static str,
    bench: &'static str,
    what: &'static str,
}

const AREAS: &[Area] =
    &[Area { name: "simulator", package: "callboard-ingest", bench: "simulator", what: "events a second of the simulated centre" }];

/// Runs the benches of one area, of every area with `core` or nothing.
///
/// # Errors
/// When the area is unknown or a bench fails.
pub fn run(area: Option<&str>) -> Result<()> {
    let chosen: Vec<&Area> = AREAS.iter().filter(|a| matches!(area, None | Some("core")) || area == Some(a.name)).collect();
    if chosen.is_empty() {
        let known: Vec<String> = AREAS.iter().map(|a| format!("  {:<12} {}", a.name, a.what)).collect();
        bail!("unknown area; there are core (all) and\n{}", known.join("\n"));
    }
    let out = shell::root().join("target/bench");
    fs::create_dir_all(&out).with_context(|| format!("could not create {}", out.display()))?;
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_else(|_| "unknown".into());
    eprintln!("load of the machine before: {}", load.trim());
    for area in chosen {
        let args = ["bench", "--quiet", "--package", area.package, "--bench", area.bench];
        let mut command = shell::command(".", shell::cargo(), &args);
        command.env("CALLBOARD_BENCH_OUT", &out);
        shell::run(command)?;
    }
    Ok(())
}
