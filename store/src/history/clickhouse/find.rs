//! The question for the stored rows of a few calls or agents.

use callboard_domain::Timestamp;

use super::super::Sought;
use super::visible::{Visible, moment, text};
use crate::Table;

/// Calls or agents that are asked for in one statement.
pub(super) const AT_ONCE: usize = 1_000;
/// The times that ClickHouse's `DateTime64` knows, ms: the years 1900 to 2299.
const TIMES_MS: (i64, i64) = (-2_208_988_800_000, 10_413_791_999_999);

/// The rows of all that is sought, newest first, over the time that covers it.
pub(super) fn question(table: Table, sought: &[Sought], visible: &Visible) -> String {
    let info = table.info();
    let columns: Vec<String> = table.schema().fields().iter().map(|f| format!("`{}`", f.name())).collect();
    let keys: Vec<String> = info.key.iter().take(2).map(|name| format!("`{name}`")).collect();
    let names: Vec<String> = sought.iter().map(|s| format!("({}, {})", text(&s.source), text(&s.name))).collect();
    let known = |at: Timestamp| moment(at.as_millis().clamp(TIMES_MS.0, TIMES_MS.1));
    let from = sought.iter().map(|s| s.from).min().map(|at| format!(" AND `{}` >= {}", info.time, known(at)));
    let to = sought.iter().map(|s| s.to).max().map(|at| format!(" AND `{}` <= {}", info.time, known(at)));
    format!(
        "SELECT {} FROM {} WHERE {}{}{} AND ({}) IN ({}) ORDER BY `{}` DESC",
        columns.join(", "),
        info.name,
        visible.filter(table),
        from.unwrap_or_default(),
        to.unwrap_or_default(),
        keys.join(", "),
        names.join(", "),
        info.time,
    )
}
