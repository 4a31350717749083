//! A contest: contestants that do the same job in turn, A B C A B C, so that whatever else the machine does hits
//! all of them.
//!
//! One warm-up round is run and thrown away. A contestant that cannot run is left out with its reason.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use crate::meter::median;
use crate::session::Session;

/// What one run of a contestant gave.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Digest of its answer; none where there is nothing to compare.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Figures by name; the name ends in the unit: `cpu_s`, `wall_s`, `peak_mb`, `ack_p50_us`.
    #[serde(flatten)]
    pub figures: BTreeMap<String, f64>,
}

impl Sample {
    /// With one more figure.
    #[must_use]
    pub fn with(mut self, name: &str, value: f64) -> Self {
        self.figures.insert(name.to_owned(), value);
        self
    }

    /// With the answer's digest.
    #[must_use]
    pub fn answering(mut self, answer: impl Into<String>) -> Self {
        self.answer = Some(answer.into());
        self
    }

    /// A figure by name.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<f64> {
        self.figures.get(name).copied()
    }
}

/// What became of one contestant.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Its samples, one a round.
    Ran(Vec<Sample>),
    /// Why it did not run, or stopped.
    NotRun(String),
}

type Run<'a> = Box<dyn FnMut() -> Result<Sample> + 'a>;

/// Contestants before the contest.
pub struct Contest<'a> {
    title: String,
    truth: Option<String>,
    warm_up: bool,
    runs: Vec<(String, Run<'a>)>,
}

/// A contest that is over.
#[derive(Debug, Clone, Serialize)]
pub struct Results {
    /// What was contested, input included.
    pub title: String,
    /// Digest of the right answer, where one is known beforehand.
    pub truth: Option<String>,
    /// Contestants in the order of their turns.
    pub contestants: Vec<(String, Outcome)>,
}

impl<'a> Contest<'a> {
    /// A contest with a title that names the job and its input.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), truth: None, warm_up: true, runs: Vec::new() }
    }

    /// The right answer's digest; without one, contestants are compared with each other.
    #[must_use]
    pub fn truth(mut self, answer: impl Into<String>) -> Self {
        self.truth = Some(answer.into());
        self
    }

    /// Without a round that is thrown away: for contestants that warm up by themselves.
    #[must_use]
    pub const fn without_warm_up(mut self) -> Self {
        self.warm_up = false;
        self
    }

    /// Adds a contestant; its turn comes after those added before.
    #[must_use]
    pub fn contestant(mut self, name: &str, run: impl FnMut() -> Result<Sample> + 'a) -> Self {
        self.runs.push((name.to_owned(), Box::new(run)));
        self
    }

    /// Runs all rounds. A contestant that fails is left out from then on.
    #[must_use]
    pub fn run(mut self, session: &Session) -> Results {
        eprintln!("{}", self.title);
        let mut outcomes: Vec<Outcome> = self.runs.iter().map(|_| Outcome::Ran(Vec::new())).collect();
        let first = usize::from(!self.warm_up);
        for round in first..=session.repeats {
            for ((name, run), outcome) in self.runs.iter_mut().zip(&mut outcomes) {
                let Outcome::Ran(samples) = outcome else { continue };
                match run() {
                    Ok(sample) => {
                        eprintln!("  {} {name}: {}", if round == 0 { "warm-up".into() } else { format!("round {round}") }, brief(&sample));
                        if round > 0 {
                            samples.push(sample);
                        }
                    }
                    Err(error) => {
                        let reason = one_line(&format!("{error:#}"));
                        eprintln!("  {name} is left out: {reason}");
                        *outcome = Outcome::NotRun(reason);
                    }
                }
            }
        }
        let names = self.runs.into_iter().map(|(name, _)| name);
        Results { title: self.title, truth: self.truth, contestants: names.zip(outcomes).collect() }
    }
}

impl Results {
    /// The samples of a contestant.
    ///
    /// # Errors
    /// Says why it did not run.
    pub fn samples(&self, name: &str) -> Result<&[Sample]> {
        match self.contestants.iter().find(|(n, _)| n == name) {
            Some((_, Outcome::Ran(samples))) => Ok(samples),
            Some((_, Outcome::NotRun(reason))) => bail!("{name}: {reason}"),
            None => bail!("{name}: no such contestant"),
        }
    }

    /// The median of a figure.
    #[must_use]
    pub fn median(&self, name: &str, figure: &str) -> Option<f64> {
        let samples = self.samples(name).ok()?;
        let values: Option<Vec<f64>> = samples.iter().map(|s| s.figure(figure)).collect();
        values.filter(|v| !v.is_empty()).map(|v| median(&v))
    }

    /// Why the answers of two contestants do not agree; none when they do or give none.
    #[must_use]
    pub fn disagreement(&self, one: &str, other: &str) -> Option<String> {
        let samples = [one, other].into_iter().filter_map(|n| self.samples(n).ok().map(|s| (n, s)));
        let answers: Vec<(&str, &str)> = samples.flat_map(|(n, s)| s.iter().filter_map(move |s| s.answer.as_deref().map(|a| (n, a)))).collect();
        let right = self.truth.as_deref().or_else(|| answers.first().map(|(_, a)| *a))?;
        answers.iter().find(|(_, a)| *a != right).map(|(n, a)| format!("{n} answers {a}, not {right}"))
    }
}

fn brief(sample: &Sample) -> String {
    sample.figures.iter().map(|(name, value)| format!("{name} {value:.4}")).collect::<Vec<_>>().join(", ")
}

fn one_line(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.len() > 300 {
        line = format!("{} ...", line.chars().take(300).collect::<String>());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(folder: &std::path::Path) -> Session {
        Session::new(1_000, 3, folder.to_path_buf(), false).unwrap()
    }

    #[test]
    fn contestants_take_turns_and_the_warm_up_is_thrown_away() {
        let folder = tempfile::tempdir().unwrap();
        let turns = std::cell::RefCell::new(String::new());
        let say = |name: char| {
            turns.borrow_mut().push(name);
            Ok(Sample::default().with("cpu_s", 1.0))
        };
        let results = Contest::new("t").contestant("a", || say('a')).contestant("b", || say('b')).run(&session(folder.path()));
        assert_eq!(turns.into_inner(), "abababab");
        assert_eq!(results.samples("a").unwrap().len(), 3);
    }

    #[test]
    fn one_that_fails_is_left_out_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let mut calls = 0;
        let results = Contest::new("t")
            .contestant("a", || Ok(Sample::default()))
            .contestant("b", || {
                calls += 1;
                bail!("no such program")
            })
            .run(&session(folder.path()));
        assert_eq!(results.samples("b").unwrap_err().to_string(), "b: no such program");
        assert_eq!(results.samples("a").unwrap().len(), 3);
        assert_eq!(calls, 1);
    }

    #[test]
    fn different_answers_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let contest =
            || Contest::new("t").contestant("a", || Ok(Sample::default().answering("1"))).contestant("b", || Ok(Sample::default().answering("2")));
        let results = contest().run(&session(folder.path()));
        assert_eq!(results.disagreement("a", "b").unwrap(), "b answers 2, not 1");
        let results = contest().truth("2").run(&session(folder.path()));
        assert_eq!(results.disagreement("a", "b").unwrap(), "a answers 1, not 2");
        assert!(results.disagreement("b", "b").is_none());
    }
}
