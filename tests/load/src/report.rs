//! What an area found: the tables of its contests and its cells, each a ratio or a figure against its goal.

mod table;

use std::fs;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::contest::Results;
use crate::meter::{machine_load, median};
use crate::session::Session;

/// What a cell must reach.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Subject's speed by bound's speed, where the figure is a time or a size: bound / subject at least this.
    FasterBy(f64),
    /// Subject / bound at most this.
    AtMostTimes(f64),
    /// The subject's figure itself at most this; no bound is looked at.
    AtMost(f64),
    /// The subject's figure itself at least this; no bound is looked at.
    AtLeast(f64),
    /// Bound / subject is written down; nothing is asked of it.
    None,
}

/// One question to a contest.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// Row of the table of goals, such as `1`.
    pub row: &'static str,
    /// What is compared.
    pub what: String,
    /// The contestant that is judged, and its figure.
    pub subject: (&'static str, &'static str),
    /// What it is judged against; the same as the subject for a goal without one.
    pub bound: (&'static str, &'static str),
    /// What it must reach.
    pub goal: Goal,
}

/// How a cell came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The goal is reached.
    Pass,
    /// It is not.
    Miss,
    /// Nothing was asked.
    Noted,
    /// The answers differ: the figure means nothing.
    Void(String),
    /// A contestant could not run.
    NotRun(String),
}

/// A cell with its figures.
#[derive(Debug, Clone, Serialize)]
pub struct Judged {
    /// The question.
    pub cell: Cell,
    /// Median of the rounds' ratios, or of the figure for a goal without a bound.
    pub value: Option<f64>,
    /// Least and greatest of the rounds.
    pub spread: Option<(f64, f64)>,
    /// How it came out.
    pub verdict: Verdict,
}

/// Everything of one area.
#[derive(Debug, Serialize)]
pub struct Report {
    area: &'static str,
    what: &'static str,
    events: usize,
    repeats: usize,
    control: bool,
    load_before: String,
    load_after: String,
    contests: Vec<Results>,
    cells: Vec<Judged>,
    notes: Vec<String>,
}

impl Cell {
    /// A cell against another contestant by the same figure.
    #[must_use]
    pub fn against(row: &'static str, what: impl Into<String>, figure: &'static str, subject: &'static str, bound: &'static str, goal: Goal) -> Self {
        Self { row, what: what.into(), subject: (subject, figure), bound: (bound, figure), goal }
    }

    /// A cell of one figure against a fixed goal.
    #[must_use]
    pub fn alone(row: &'static str, what: impl Into<String>, figure: &'static str, subject: &'static str, goal: Goal) -> Self {
        Self { row, what: what.into(), subject: (subject, figure), bound: (subject, figure), goal }
    }

    /// Whether a planted delay must make it miss.
    fn is_timed(&self) -> bool {
        let asked = !matches!(self.goal, Goal::None);
        asked && ["_s", "_ms", "_us"].iter().any(|unit| self.subject.1.ends_with(unit))
    }
}

impl Goal {
    fn value(self, subject: f64, bound: f64) -> f64 {
        match self {
            Self::FasterBy(_) | Self::None => bound / subject,
            Self::AtMostTimes(_) => subject / bound,
            Self::AtMost(_) | Self::AtLeast(_) => subject,
        }
    }

    fn verdict(self, value: f64) -> Verdict {
        let good = match self {
            Self::FasterBy(goal) | Self::AtLeast(goal) => value >= goal,
            Self::AtMostTimes(goal) | Self::AtMost(goal) => value <= goal,
            Self::None => return Verdict::Noted,
        };
        if good { Verdict::Pass } else { Verdict::Miss }
    }
}

/// Judges a cell by a contest: round by round, so that what hits a whole round falls out.
#[must_use]
pub fn judge(cell: Cell, results: &Results) -> Judged {
    let verdict = |verdict| Judged { cell: cell.clone(), value: None, spread: None, verdict };
    let (subjects, bounds) = match (results.samples(cell.subject.0), results.samples(cell.bound.0)) {
        (Ok(subjects), Ok(bounds)) => (subjects, bounds),
        (Err(reason), _) | (_, Err(reason)) => return verdict(Verdict::NotRun(reason.to_string())),
    };
    if let Some(why) = results.disagreement(cell.subject.0, cell.bound.0) {
        return verdict(Verdict::Void(why));
    }
    let value =
        |(s, b): (&crate::contest::Sample, &crate::contest::Sample)| Some(cell.goal.value(s.figure(cell.subject.1)?, b.figure(cell.bound.1)?));
    let Some(values) = subjects.iter().zip(bounds).map(value).collect::<Option<Vec<f64>>>().filter(|v| !v.is_empty()) else {
        return verdict(Verdict::NotRun(format!("no figure {} or {}", cell.subject.1, cell.bound.1)));
    };
    let middle = median(&values);
    let spread = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)));
    let verdict = cell.goal.verdict(middle);
    Judged { cell, value: Some(middle), spread: Some(spread), verdict }
}

impl Report {
    /// An empty report.
    #[must_use]
    pub fn new(area: &'static str, what: &'static str, session: &Session) -> Self {
        let (load_before, load_after) = (machine_load(), String::new());
        let (contests, cells, notes) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            area,
            what,
            events: session.events,
            repeats: session.repeats,
            control: session.control,
            load_before,
            load_after,
            contests,
            cells,
            notes,
        }
    }

    /// Takes in a contest and its cells.
    pub fn add(&mut self, results: Results, cells: impl IntoIterator<Item = Cell>) {
        self.cells.extend(cells.into_iter().map(|cell| judge(cell, &results)));
        self.contests.push(results);
        self.load_after = machine_load();
    }

    /// Adds a sentence that a reader of the figures must know.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Tables to the terminal.
    pub fn print(&self) {
        println!("\n== {}: {}", self.area, self.what);
        println!("load of the machine: {} before, {} after; {} rounds", self.load_before, self.load_after, self.repeats);
        for results in &self.contests {
            println!("\n{}", table::contest(results));
        }
        println!("{}", self.lines().join("\n"));
        for note in &self.notes {
            println!("note: {note}");
        }
    }

    /// One line a cell.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.cells.iter().map(table::cell).collect()
    }

    /// Writes `AREA.json`, or `AREA.control.json`.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, session: &Session) -> Result<()> {
        let path = session.out().join(if self.control { format!("{}.control.json", self.area) } else { format!("{}.json", self.area) });
        fs::write(&path, serde_json::to_string_pretty(self)?).with_context(|| format!("could not write {}", path.display()))
    }

    /// Whether the gate lets it through: no goal missed and no cell void; in a control, every timed goal missed.
    /// What could not run is shown and counted, and stops nobody.
    #[must_use]
    pub fn is_good(&self, session: &Session) -> bool {
        if session.control {
            let mut timed = self.cells.iter().filter(|j| j.cell.is_timed() && !matches!(j.verdict, Verdict::NotRun(_)));
            return timed.all(|j| j.verdict == Verdict::Miss);
        }
        self.cells.iter().all(|j| !matches!(j.verdict, Verdict::Miss | Verdict::Void(_)))
    }
}

/// All cells again and how to read the exit code.
#[must_use]
pub fn summary(lines: &[String], session: &Session) -> String {
    let what = if session.control { "control: the product was slowed down, every timed goal must be missed" } else { "all cells" };
    format!("{what}\n{}\nload of the machine: {}", lines.join("\n"), machine_load())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::{Outcome, Sample};

    fn results(subject: &[(f64, &str)], bound: &[(f64, &str)]) -> Results {
        let ran = |of: &[(f64, &str)]| Outcome::Ran(of.iter().map(|(v, a)| Sample::default().with("cpu_s", *v).answering(*a)).collect());
        Results { title: "t".into(), truth: None, contestants: vec![("us".into(), ran(subject)), ("peer".into(), ran(bound))] }
    }

    fn cell(goal: Goal) -> Cell {
        Cell::against("1", "w", "cpu_s", "us", "peer", goal)
    }

    #[test]
    fn a_ratio_is_taken_round_by_round() {
        // The whole second round was ten times slower: the ratio does not see it.
        let judged = judge(cell(Goal::FasterBy(2.0)), &results(&[(1.0, "x"), (10.0, "x"), (1.0, "x")], &[(2.0, "x"), (20.0, "x"), (3.0, "x")]));
        assert_eq!((judged.value, judged.spread), (Some(2.0), Some((2.0, 3.0))));
        assert_eq!(judged.verdict, Verdict::Pass);
    }

    #[test]
    fn goals_look_in_their_direction() {
        let slow = results(&[(3.0, "x")], &[(1.0, "x")]);
        assert_eq!(judge(cell(Goal::FasterBy(1.0)), &slow).verdict, Verdict::Miss);
        assert_eq!(judge(cell(Goal::AtMostTimes(2.0)), &slow).verdict, Verdict::Miss);
        assert_eq!(judge(cell(Goal::AtMost(3.0)), &slow).verdict, Verdict::Pass);
        assert_eq!(judge(cell(Goal::AtLeast(4.0)), &slow).verdict, Verdict::Miss);
        assert_eq!(judge(cell(Goal::None), &slow).verdict, Verdict::Noted);
    }

    #[test]
    fn different_answers_make_a_cell_void() {
        let judged = judge(cell(Goal::FasterBy(1.0)), &results(&[(1.0, "x")], &[(9.0, "y")]));
        assert!(matches!(judged.verdict, Verdict::Void(_)) && judged.value.is_none());
    }

    #[test]
    fn a_control_is_good_only_when_every_timed_goal_is_missed() {
        let folder = tempfile::tempdir().unwrap();
        let control = Session::new(1, 1, folder.path().to_path_buf(), true).unwrap();
        let judged = |goal| {
            let mut report = Report::new("a", "b", &control);
            report.add(results(&[(3.0, "x")], &[(1.0, "x")]), [cell(goal)]);
            report.is_good(&control)
        };
        assert!(judged(Goal::FasterBy(1.0)));
        assert!(!judged(Goal::FasterBy(0.1)));
    }
}
