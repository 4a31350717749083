//! The tables that are read out of the log: `events` and `rejected`.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use callboard_domain::{Event, Timestamp, event::Key};
use callboard_ingest::log::{Log, Reader};
use callboard_sql::{RecordBatches, Records, TimeRange};
use callboard_store::table::{EventRow, RejectedRow};
use callboard_store::{Table, TableRow};

/// Rows of one batch.
const BATCH_ROWS: usize = 4_096;
/// Ids that are remembered to tell copies.
const MOST_COPIES: usize = 10_000;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Reads the log on behalf of queries.
pub(crate) struct LogRecords(pub(crate) Arc<dyn Log>);

impl fmt::Debug for LogRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogRecords")
    }
}

impl Records for LogRecords {
    fn scan(&self, table: Table, range: TimeRange) -> Result<RecordBatches, Error> {
        let log = Arc::clone(&self.0);
        match table {
            Table::Events => {
                let (mut reader, mut copies) = (log.reader(&log.start()?)?, HashSet::new());
                Ok(Box::new(std::iter::from_fn(move || events(reader.as_mut(), range, &mut copies).transpose())))
            }
            Table::Rejected => {
                let mut from = 0;
                Ok(Box::new(std::iter::from_fn(move || rejected(log.as_ref(), &mut from).transpose())))
            }
            _ => Err(format!("{} is not a table of the log", table.name()).into()),
        }
    }
}

/// `copies` are the ids of what sources told: every partition of a log has a copy, close to each other in time.
fn events(reader: &mut dyn Reader, range: TimeRange, copies: &mut HashSet<String>) -> Result<Option<arrow::array::RecordBatch>, Error> {
    let Some(block) = reader.read_on(BATCH_ROWS)? else { return Ok(None) };
    let mut rows = Vec::with_capacity(block.len());
    for (number, line) in block.numbered() {
        let event = Event::parse(line)?;
        if event.at < range.from_at || event.at >= range.to_at {
            continue;
        }
        if matches!(event.key(), Key::Source(_)) {
            if copies.len() > MOST_COPIES {
                copies.clear();
            }
            if !copies.insert(event.id.to_string()) {
                continue;
            }
        }
        let (Key::Call(key) | Key::Agent(key) | Key::Source(key)) = event.key();
        rows.push(EventRow {
            offset: i64::try_from(number)?,
            id: event.id.as_ref().into(),
            at: event.at,
            source: event.source.as_ref().into(),
            kind: event.kind().into(),
            key: key.into(),
            line: String::from_utf8_lossy(line).into(),
        });
    }
    Ok(Some(EventRow::batch(&rows)))
}

fn rejected(log: &dyn Log, from: &mut u64) -> Result<Option<arrow::array::RecordBatch>, Error> {
    let lines = log.rejected(*from, BATCH_ROWS)?;
    let Some(last) = lines.last() else { return Ok(None) };
    *from = last.number + 1;
    let rows: Vec<RejectedRow> = lines
        .iter()
        .map(|r| RejectedRow {
            number: i64::try_from(r.number).unwrap_or(i64::MAX),
            received_at: Timestamp::from_millis(r.received_at.as_millis()),
            source: r.source.as_str().into(),
            place: r.place.as_str().into(),
            reason: r.reason.as_str().into(),
            line: String::from_utf8_lossy(&r.raw).into(),
        })
        .collect();
    Ok(Some(RejectedRow::batch(&rows)))
}
