//! The age of a number: how old is the newest event that it can know of, and does a hole touch it.

use arrow::array::RecordBatch;
use callboard_store::table::Table;

use crate::Error;
use crate::board::{Interval, Words};
use crate::cell::cells;
use crate::frame::{Cell, Feed, GapNow, SourceNow};

/// The hub's own question for the sources.
pub const SOURCES_SQL: &str = "SELECT source, state, heard_at, lost_at, calls, agents, open_gaps FROM live_sources ORDER BY source";
/// The hub's own question for the holes; a wall shows today, so the latest few are enough.
pub const GAPS_SQL: &str = "SELECT source, from_at, to_at FROM gaps WHERE filled_at IS NULL ORDER BY from_at DESC LIMIT 50";

/// Which events the tables are made from.
pub fn feed_of(tables: &[Table]) -> Feed {
    let mut feed = Feed::default();
    for table in tables {
        match table {
            Table::Calls | Table::QueueVisits | Table::QueueIntervals | Table::LiveCalls | Table::LiveQueues | Table::AgentLegs => feed.calls = true,
            Table::AgentStates | Table::AgentIntervals | Table::LiveAgents => feed.agents = true,
            Table::Gaps | Table::Events | Table::Rejected | Table::LiveSources => {}
        }
    }
    feed
}

/// The event time for which figures of that feed are true: the least heard of any source that must speak for them.
/// None when no live source feeds them, as after an import of files.
pub fn heard(sources: &[SourceNow], feed: Feed) -> Option<i64> {
    sources.iter().filter(|s| speaks(s, feed)).map(|s| s.heard_at).min()
}

fn speaks(source: &SourceNow, feed: Feed) -> bool {
    matches!(source.state.as_str(), "connected" | "lost") && feeds(source, feed)
}

const fn feeds(source: &SourceNow, feed: Feed) -> bool {
    (feed.calls && source.calls) || (feed.agents && source.agents)
}

/// Whether figures of that feed are older than they may be.
pub fn stale(sources: &[SourceNow], feed: Feed, as_of_ms: i64, stale_after_ms: i64) -> bool {
    heard(sources, feed).is_some_and(|at| as_of_ms.saturating_sub(at) > stale_after_ms)
}

/// Whether a hole touches the tile's interval.
pub fn partial(gaps: &[GapNow], sources: &[SourceNow], feed: Feed, interval: Interval, midnight_ms: i64) -> bool {
    let from = match interval {
        Interval::Now => return false,
        Interval::Today => midnight_ms,
    };
    gaps.iter().any(|gap| gap.to_at > from && sources.iter().any(|s| s.source == gap.source && feeds(s, feed)))
}

/// The start of the day that holds `as_of_ms` in the zone.
pub fn midnight(zone: &str, as_of_ms: i64) -> i64 {
    let start = || {
        let at = jiff::Timestamp::from_millisecond(as_of_ms).ok()?;
        at.in_tz(zone).ok()?.start_of_day().ok().map(|z| z.timestamp().as_millisecond())
    };
    start().unwrap_or(as_of_ms)
}

/// Reads the answer to `SOURCES_SQL`.
///
/// # Errors
/// `Error::Column` when a column is missing.
pub fn sources(batches: &[RecordBatch], title: impl Fn(&str) -> Words) -> Result<Vec<SourceNow>, Error> {
    let rows = read(batches, ["source", "state", "heard_at", "lost_at", "calls", "agents", "open_gaps"])?;
    Ok(rows
        .into_iter()
        .map(|[source, state, heard, lost, calls, agents, gaps]| {
            let source = text(source);
            SourceNow {
                title: title(&source),
                source,
                state: text(state),
                heard_at: int(&heard).unwrap_or_default(),
                lost_at: int(&lost),
                calls: int(&calls) == Some(1),
                agents: int(&agents) == Some(1),
                open_gaps: int(&gaps).unwrap_or_default(),
            }
        })
        .collect())
}

/// Reads the answer to `GAPS_SQL`.
///
/// # Errors
/// `Error::Column` when a column is missing.
pub fn gaps(batches: &[RecordBatch]) -> Result<Vec<GapNow>, Error> {
    let rows = read(batches, ["source", "from_at", "to_at"])?;
    Ok(rows
        .into_iter()
        .map(|[source, from, to]| GapNow { source: text(source), from_at: int(&from).unwrap_or_default(), to_at: int(&to).unwrap_or_default() })
        .collect())
}

fn read<const N: usize>(batches: &[RecordBatch], names: [&str; N]) -> Result<Vec<[Cell; N]>, Error> {
    let mut rows = Vec::new();
    for batch in batches {
        let mut columns = Vec::with_capacity(N);
        for name in names {
            let array = batch.column_by_name(name).ok_or_else(|| Error::Column { tile: "sources".to_owned(), column: name.to_owned() })?;
            columns.push(cells(array)?.into_iter());
        }
        for _ in 0..batch.num_rows() {
            let row: Vec<Cell> = columns.iter_mut().filter_map(Iterator::next).collect();
            rows.extend(<[Cell; N]>::try_from(row));
        }
    }
    Ok(rows)
}

fn text(cell: Cell) -> String {
    if let Cell::Text(text) = cell { text } else { String::new() }
}

const fn int(cell: &Cell) -> Option<i64> {
    if let Cell::Int(v) = cell { Some(*v) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, state: &str, heard_at: i64, calls: bool, agents: bool) -> SourceNow {
        SourceNow { source: name.into(), title: Words::same(name), state: state.into(), heard_at, lost_at: None, calls, agents, open_gaps: 0 }
    }

    const CALLS: Feed = Feed { calls: true, agents: false };
    const AGENTS: Feed = Feed { calls: false, agents: true };

    #[test]
    fn a_number_is_as_old_as_the_most_silent_source_that_feeds_it() {
        let sources = [source("a", "connected", 900, true, false), source("b", "lost", 100, false, true), source("f", "file", 5, true, true)];
        assert_eq!(heard(&sources, CALLS), Some(900));
        assert_eq!(heard(&sources, AGENTS), Some(100));
        assert_eq!(heard(&sources, Feed { calls: true, agents: true }), Some(100));
        assert_eq!(heard(&sources[2..], CALLS), None);
        assert!(!stale(&sources, AGENTS, 5_100, 5_000), "at the limit is not older than the limit");
        assert!(stale(&sources, AGENTS, 5_101, 5_000));
    }

    #[test]
    fn a_hole_marks_only_intervals_that_it_touches_and_numbers_that_it_feeds() {
        let sources = [source("a", "connected", 900, true, false)];
        let gap = |to_at| [GapNow { source: "a".into(), from_at: 0, to_at }];
        assert!(partial(&gap(501), &sources, CALLS, Interval::Today, 500));
        assert!(!partial(&gap(500), &sources, CALLS, Interval::Today, 500), "yesterday's hole");
        assert!(!partial(&gap(501), &sources, AGENTS, Interval::Today, 500));
        assert!(!partial(&gap(501), &sources, CALLS, Interval::Now, 500));
    }

    #[test]
    fn midnight_is_the_zones_own() {
        // 2025-11-18T06:32:07Z is 14:32 in Shanghai, whose day began at 16:00 UTC the day before.
        assert_eq!(midnight("Asia/Shanghai", 1_763_447_527_000), 1_763_395_200_000);
    }
}
