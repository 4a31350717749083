//! The command line as scripts see it: help, exit codes, and errors in words.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

fn callboard(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callboard")).args(args).output().unwrap()
}

#[test]
fn help_names_every_command() {
    let output = callboard(&["--help"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for command in ["serve", "import", "sql", "simulate", "verify"] {
        assert!(text.contains(command), "{command}");
    }
}

#[test]
fn wrong_usage_ends_with_2_and_failure_with_3() {
    assert_eq!(callboard(&["import", "--dialect", "morse", "x"]).status.code(), Some(2));
    assert_eq!(callboard(&["import", "--dialect", "csv", "--data", "x", "y"]).status.code(), Some(2));
    let output = callboard(&["sql", "--data", "/nowhere/at/all", "SELECT 1"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "callboard: there is no data folder /nowhere/at/all\n");
}

#[test]
fn the_same_seed_makes_the_same_events() {
    let args = ["simulate", "--seed", "5", "--minutes", "10", "--calls-per-minute", "20", "--start", "2026-03-02T01:00:00Z", "--out", "-"];
    let (one, two) = (callboard(&args), callboard(&args));
    assert!(one.status.success() && one.stdout.len() > 10_000);
    assert_eq!(one.stdout, two.stdout);
    let parsed = one.stdout.split(|b| *b == b'\n').filter(|l| !l.is_empty()).filter(|l| callboard_domain::Event::parse(l).is_err()).count();
    assert_eq!(parsed, 0);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let story = "set -o pipefail; \"$0\" simulate --minutes 600 --calls-per-minute 20 --start 2026-03-02T01:00:00Z --out - | head -n 1";
    let output = Command::new("bash").args(["-c", story, env!("CARGO_BIN_EXE_callboard")]).output().unwrap();
    assert!(output.status.success() && output.stdout.starts_with(b"{"), "{output:?}");
    assert_eq!(callboard(&["simulate", "--minutes", "1", "--calls-per-minute=-1", "--out", "-"]).status.code(), Some(2));
}

#[test]
fn every_command_tells_its_exit_codes() {
    for command in ["serve", "import", "sql", "simulate", "verify"] {
        let text = String::from_utf8(callboard(&[command, "--help"]).stdout).unwrap();
        assert!(text.contains("Exit codes: 0 "), "{command}: {text}");
    }
}
