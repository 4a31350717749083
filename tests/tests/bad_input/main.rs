//! Bad input through the program's own doors: the error names place and remedy, the rest goes on, nothing acknowledged is lost.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod disk;
mod files;
mod folders;
mod lines;

use callboard_ingest::simulator::{Options, Simulator};
use callboard_tests::server::said;

/// Lines of a made-up centre that lies in the past, as one text.
fn story(events: usize) -> String {
    let mut options = Options::new(11, "2026-03-02T01:00:00.000Z".parse().unwrap());
    options.calls_per_minute = Some(60.0);
    Simulator::new(options).take(events).map(|e| e.to_line() + "\n").collect()
}

/// Runs a command that must succeed; standard output and standard error.
fn done(args: &[&str]) -> (String, String) {
    let (code, out, err) = said(args).unwrap();
    assert_eq!(code, 0, "{args:?}: {out}{err}");
    (out, err)
}

/// Runs a command that must fail with exit code 3, and not by a panic; standard error.
fn failed(args: &[&str]) -> String {
    let (code, out, err) = said(args).unwrap();
    assert!(code == 3 && !err.contains("panicked"), "{args:?} ended with {code}: {out}{err}");
    err
}

/// That `text` has every one of `parts`.
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

/// The answer to a question of a folder, without its head line.
fn ask(data: &str, sql: &str) -> String {
    let (out, _) = done(&["sql", "--data", data, "--format", "csv", sql]);
    out.split_once('\n').unwrap().1.trim_end().to_owned()
}
