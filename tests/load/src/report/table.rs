//! Tables for the terminal.

use std::collections::BTreeSet;

use crate::contest::{Outcome, Results};
use crate::report::{Goal, Judged, Verdict};

/// Medians of every figure of every contestant.
pub fn contest(results: &Results) -> String {
    let names: BTreeSet<&str> = results.contestants.iter().flat_map(|(_, o)| figures(o)).collect();
    let mut text = format!("{}\n{:<24}", results.title, "");
    for name in &names {
        text.push_str(&format!(" {name:>14}"));
    }
    for (contestant, outcome) in &results.contestants {
        text.push_str(&format!("\n{contestant:<24}"));
        if let Outcome::NotRun(reason) = outcome {
            text.push_str(&format!(" not run: {reason}"));
            continue;
        }
        for name in &names {
            let value = results.median(contestant, name).map_or_else(|| "-".into(), number);
            text.push_str(&format!(" {value:>14}"));
        }
    }
    text.push('\n');
    text
}

/// One cell in one line.
pub fn cell(judged: &Judged) -> String {
    let goal = match judged.cell.goal {
        Goal::FasterBy(goal) => format!(">= {goal} x"),
        Goal::AtMostTimes(goal) => format!("<= {} x", number(goal)),
        Goal::AtMost(goal) => format!("<= {goal}"),
        Goal::AtLeast(goal) => format!(">= {goal}"),
        Goal::None => "-".into(),
    };
    let value = judged.value.map_or_else(|| "-".into(), number);
    let spread = judged.spread.map_or_else(String::new, |(low, high)| format!("{} .. {}", number(low), number(high)));
    let verdict = match &judged.verdict {
        Verdict::Pass => "pass".into(),
        Verdict::Miss => "MISS".into(),
        Verdict::Noted => "noted".into(),
        Verdict::Void(why) => format!("VOID: {why}"),
        Verdict::NotRun(why) => format!("not run: {why}"),
    };
    format!("{:>3}  {:<58} {value:>9}  {goal:<11} {spread:<20} {verdict}", judged.cell.row, judged.cell.what)
}

fn figures(outcome: &Outcome) -> Vec<&str> {
    match outcome {
        Outcome::Ran(samples) => samples.iter().flat_map(|s| s.figures.keys().map(String::as_str)).collect(),
        Outcome::NotRun(_) => Vec::new(),
    }
}

/// Three digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        v if v >= 1_000.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 => format!("{value:.3}"),
        _ => format!("{value:.5}"),
    }
}
