//! `bench`: the release benches, one area or all of them.
//!
//! What a bench prints is kept as `AREA.txt` in `target/bench`; one with figures for machines writes `AREA.json` into the
//! folder that `CALLBOARD_BENCH_OUT` names, which is the same.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::shell;

struct Area {
    name: &'static str,
    bench: &'static str,
    what: &'static str,
}

const AREAS: &[Area] = &[
    Area { name: "simulator", bench: "simulator", what: "events a second of the simulated centre" },
    Area { name: "log", bench: "log", what: "the embedded log against the bare disk" },
    Area { name: "kafka", bench: "kafka", what: "the log in Kafka against librdkafka alone" },
];

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
        // The whole workspace, so that all benches share one build of their dependencies.
        let args = ["bench", "--quiet", "--workspace", "--bench", area.bench];
        let mut command = shell::command(".", shell::cargo(), &args);
        command.env("CALLBOARD_BENCH_OUT", &out);
        let mut text = String::new();
        shell::run_lines(command, |line| {
            println!("{line}");
            text.push_str(line);
            text.push('\n');
        })?;
        let path = out.join(format!("{}.txt", area.name));
        fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(())
}
