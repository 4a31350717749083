//! When a value is bad for long enough to be coloured, and good enough to be plain again.
//!
//! Inclusive: at the limit counts. A level starts after its `for` and ends behind its hysteresis. A row is followed
//! by its first column, so a list that moves up does not restart anybody's time.

use std::collections::HashMap;

use crate::board::{Format, Side, Threshold, Tile};
use crate::cell::number;
use crate::frame::{Alarm, Cell, Level, Mark};

/// What the ticks before left behind, for one tile.
#[derive(Debug, Default)]
pub struct Tracker {
    /// By threshold, level and row.
    states: HashMap<(usize, Level, String), State>,
    failed: bool,
}

#[derive(Debug, Clone, Copy)]
struct State {
    since_ms: i64,
    active: bool,
}

/// One tick's judgement of a tile.
#[derive(Debug, Default, PartialEq)]
pub struct Judgement {
    /// Cells over a limit.
    pub marks: Vec<Mark>,
    /// Entries for the strip.
    pub alarms: Vec<Alarm>,
}

impl Tracker {
    /// True once until rows could be judged again: a failure is told once, not four times a second.
    pub const fn first_failure(&mut self) -> bool {
        !std::mem::replace(&mut self.failed, true)
    }

    /// Judges rows as the query gave them. `is_stale` says of a column whether it is too old to be judged.
    pub fn judge(&mut self, index: usize, tile: &Tile, rows: &[Vec<Cell>], as_of_ms: i64, is_stale: impl Fn(usize) -> bool) -> Judgement {
        let mut judgement = Judgement::default();
        let mut states = HashMap::new();
        for (t, threshold) in tile.thresholds.iter().enumerate() {
            let Some(column) = tile.column(&threshold.column) else { continue };
            if is_stale(column) {
                continue;
            }
            let timed = tile.columns.get(column).is_some_and(|c| c.format == Format::Timer);
            for (r, row) in rows.iter().enumerate().filter(|(_, row)| applies(tile, threshold, row)) {
                let value = row.get(column).and_then(number);
                let key = key(tile, row, r);
                let mut worst = None;
                for (level, limit) in [(Level::Warning, threshold.warning), (Level::Critical, threshold.critical)] {
                    let Some(limit) = limit else { continue };
                    let place = (t, level, key.clone());
                    let before = self.states.get(&place).copied();
                    let Some(state) = next(before, threshold, value, limit, as_of_ms, timed) else { continue };
                    states.insert(place, state);
                    if state.active {
                        worst = Some((level, limit, state.since_ms));
                    }
                }
                if let Some((level, limit, since_at)) = worst {
                    judgement.marks.push(Mark { row: r, column, level });
                    if threshold.alarm {
                        let above = threshold.direction == Side::Above;
                        judgement.alarms.push(Alarm { tile: index, row: r, column, level, limit, above, since_at });
                    }
                }
            }
        }
        // Rows that are gone, and columns that turned stale, are forgotten with this assignment.
        self.states = states;
        self.failed = false;
        judgement
    }
}

/// The columns that say which row it is: the first that is no number.
fn key(tile: &Tile, row: &[Cell], index: usize) -> String {
    let named = tile.columns.iter().zip(row).find_map(|(_, cell)| if let Cell::Text(text) = cell { Some(text.clone()) } else { None });
    named.unwrap_or_else(|| index.to_string())
}

fn applies(tile: &Tile, threshold: &Threshold, row: &[Cell]) -> bool {
    threshold.only.as_ref().is_none_or(|(column, text)| {
        let cell = tile.column(column).and_then(|c| row.get(c));
        matches!(cell, Some(Cell::Text(value)) if value == text)
    })
}

#[expect(clippy::cast_possible_truncation, reason = "ms of a wait, far below 2^53")]
fn next(before: Option<State>, threshold: &Threshold, value: Option<f64>, limit: f64, as_of_ms: i64, timed: bool) -> Option<State> {
    let value = value?;
    let over = match threshold.direction {
        Side::Above => value - limit,
        Side::Below => limit - value,
    };
    let active = before.is_some_and(|s| s.active);
    let holds = if active { over >= -threshold.hysteresis } else { over >= 0.0 };
    // A timer knows exactly when it reached the limit, whatever tick saw it first.
    let reached_ms = if timed && over >= 0.0 { as_of_ms.saturating_sub(over as i64) } else { as_of_ms };
    let since_ms = before.map_or(reached_ms, |s| s.since_ms);
    holds.then(|| State { since_ms, active: active || as_of_ms.saturating_sub(since_ms) >= threshold.lasting.ms() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::Board;

    fn tile(threshold: &str) -> Tile {
        let text = format!(
            "title = {{ zh = 'a', en = 'a' }}\n[[tile]]\nid = 't'\ntitle = {{ zh = 'a', en = 'a' }}\nkind = 'table'\nsql = ''\nx = 0\ny = 0\nw = 1\nh = 1\n\
             columns = [{{ name = 'queue' }}, {{ name = 'v' }}]\n[[tile.thresholds]]\ncolumn = 'v'\nalarm = true\n{threshold}"
        );
        Board::parse("t", &text).unwrap().tiles.remove(0)
    }

    fn level(tracker: &mut Tracker, tile: &Tile, value: f64, at: i64) -> Option<Level> {
        let rows = [vec![Cell::Text("a".into()), Cell::Float(value)]];
        tracker.judge(0, tile, &rows, at, |_| false).marks.first().map(|m| m.level)
    }

    #[test]
    fn at_the_limit_counts_on_both_sides() {
        let above = tile("warning = 10\ncritical = 20");
        let mut tracker = Tracker::default();
        assert_eq!(level(&mut tracker, &above, 9.9, 0), None);
        assert_eq!(level(&mut tracker, &above, 10.0, 1), Some(Level::Warning));
        assert_eq!(level(&mut tracker, &above, 20.0, 2), Some(Level::Critical));
        let below = tile("warning = 0.8\ndirection = 'below'");
        assert_eq!(level(&mut Tracker::default(), &below, 0.8, 0), Some(Level::Warning));
        assert_eq!(level(&mut Tracker::default(), &below, 0.81, 0), None);
    }

    #[test]
    fn a_level_starts_after_its_time_and_ends_behind_its_hysteresis() {
        let t = tile("warning = 10\nfor = '5 s'\nhysteresis = 2");
        let mut tracker = Tracker::default();
        assert_eq!(level(&mut tracker, &t, 11.0, 0), None);
        assert_eq!(level(&mut tracker, &t, 9.0, 3_000), None, "back too early starts anew");
        assert_eq!(level(&mut tracker, &t, 11.0, 4_000), None);
        assert_eq!(level(&mut tracker, &t, 11.0, 9_000), Some(Level::Warning));
        assert_eq!(level(&mut tracker, &t, 8.0, 10_000), Some(Level::Warning), "within the hysteresis");
        assert_eq!(level(&mut tracker, &t, 7.9, 11_000), None);
    }

    #[test]
    fn a_row_is_followed_when_it_moves_and_a_stale_column_is_not_judged() {
        let t = tile("warning = 10");
        let (a, b) = (vec![Cell::Text("a".into()), Cell::Int(12)], vec![Cell::Text("b".into()), Cell::Int(1)]);
        let mut tracker = Tracker::default();
        tracker.judge(0, &t, &[a.clone(), b.clone()], 100, |_| false);
        let moved = tracker.judge(0, &t, &[b, a.clone()], 200, |_| false);
        assert_eq!(moved.alarms, vec![Alarm { tile: 0, row: 1, column: 1, level: Level::Warning, limit: 10.0, above: true, since_at: 100 }]);
        assert_eq!(tracker.judge(0, &t, &[a], 300, |column| column == 1), Judgement::default());
    }

    #[test]
    fn no_value_is_no_level() {
        let t = tile("warning = 10");
        let rows = [vec![Cell::Text("a".into()), Cell::Null(())]];
        assert_eq!(Tracker::default().judge(0, &t, &rows, 0, |_| false), Judgement::default());
    }
}
