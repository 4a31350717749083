//! The areas. To add one: a file in `area/` with `run` (and `PLAYS`), its `mod` and its line in `AREAS`.

mod live_path;

use anyhow::Result;

use crate::contest::Sample;
use crate::report::Report;
use crate::session::Session;

/// One contestant that runs in a process of its own, started by name.
pub type Play = (&'static str, fn(&[String]) -> Result<Sample>);

/// A group of contests that is measured together.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// Its name on the command line and of its file of results.
    pub name: &'static str,
    /// What is measured.
    pub what: &'static str,
    /// Runs its contests and adds tables and cells to the report.
    pub run: fn(&Session, &mut Report) -> Result<()>,
    /// Its contestants that run in processes of their own.
    pub plays: &'static [Play],
}

/// Every area, in the order of `core`.
pub const AREAS: &[Area] =
    &[Area { name: "live-path", what: "parse, de-duplicate, fold: against parsing alone", run: live_path::run, plays: live_path::PLAYS }];
