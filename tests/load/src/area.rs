//! The areas. To add one: a file in `area/` with `run` (and `PLAYS`), its `mod` and its line in `SUITES`.

mod calls;
mod history;
mod import;
mod kafka_to_clickhouse;
mod latency;
mod limits;
mod live_path;
mod log;
mod memory;
mod point;
mod pushdown;
mod restart;
mod size;
mod sql_engines;
mod start;
mod stream_engines;
mod tick;

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

/// Every area, in the order of its suite. `core` needs nothing but peers from package indexes, `engines` a real Kafka and
/// ClickHouse's own engine, `console` nothing.
pub const SUITES: &[(&str, &[Area])] = &[("core", CORE), ("engines", ENGINES), ("console", CONSOLE)];

const CORE: &[Area] = &[
    Area { name: "live-path", what: "parse, de-duplicate, fold against parsing alone", run: live_path::run, plays: live_path::PLAYS },
    Area { name: "sql-engines", what: "the common job against DuckDB, DataFusion, chDB", run: sql_engines::run, plays: sql_engines::PLAYS },
    Area { name: "stream-engines", what: "the common job against Flink, Bytewax, Pathway", run: stream_engines::run, plays: &[] },
    Area { name: "log", what: "durable ingest against the disk and NATS JetStream", run: log::run, plays: log::PLAYS },
    Area { name: "history", what: "history SQL against DuckDB and ClickHouse", run: history::run, plays: &[] },
    Area { name: "point", what: "one queue, last hour, stored and live", run: point::run, plays: &[] },
    Area { name: "size", what: "bytes on disk an event", run: size::run, plays: &[] },
    Area { name: "restart", what: "restart to the first right board", run: restart::run, plays: &[] },
    Area { name: "start", what: "start of the program to the first frame, and its size", run: start::run, plays: &[] },
    Area { name: "import", what: "queue_log lines through import", run: import::run, plays: &[] },
    Area { name: "tick", what: "a tick of 50 tiles", run: tick::run, plays: &[] },
    Area { name: "latency", what: "event accepted to frame on a socket", run: latency::run, plays: &[] },
    Area { name: "memory", what: "a week of events through the server", run: memory::run, plays: &[] },
    Area { name: "limits", what: "the worst SQL beside a wall", run: limits::run, plays: &[] },
];

const ENGINES: &[Area] = &[
    Area {
        name: "kafka-to-clickhouse",
        what: "a history worker from Kafka into ClickHouse against either alone",
        run: kafka_to_clickhouse::run,
        plays: kafka_to_clickhouse::PLAYS,
    },
    Area { name: "pushdown", what: "ten reports that run in ClickHouse against the same SQL typed there", run: pushdown::run, plays: &[] },
];

const CONSOLE: &[Area] = &[Area { name: "calls", what: "pages of calls with 10 million behind them", run: calls::run, plays: &[] }];

/// The areas that a word of the command line means: those of a suite, or one by its name.
pub fn chosen(word: &str) -> Vec<&'static Area> {
    let of = |(suite, areas): &(&str, &'static [Area])| areas.iter().filter(|a| *suite == word || a.name == word).collect::<Vec<_>>();
    SUITES.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_is_all_of_its_areas_and_no_other() {
        let names = |word| chosen(word).iter().map(|a| a.name).collect::<Vec<_>>();
        assert_eq!(names("engines"), ["kafka-to-clickhouse", "pushdown"]);
        assert_eq!(names("core").len(), CORE.len());
        assert_eq!((names("tick"), names("pushdown"), names("nothing")), (vec!["tick"], vec!["pushdown"], vec![]));
    }
}
