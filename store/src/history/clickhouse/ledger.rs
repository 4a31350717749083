//! The ledger in ClickHouse: who writes, which commit was begun, which is whole, and the engine's state.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryArray, RecordBatch, StringArray, TimestampMillisecondArray, UInt8Array, UInt64Array};
use arrow::datatypes::{TimestampMillisecondType, UInt64Type};
use arrow::error::ArrowError;
use callboard_domain::Timestamp;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::super::Error;
use super::link::ClickHouse;
use super::visible::{Replaced, text};
use crate::Table;

/// States that are kept.
const SLOTS: u64 = 4;

/// A part of a commit: one insert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Piece {
    pub(super) table: Table,
    /// Its place among the pieces of the table, from 0.
    pub(super) place: usize,
    pub(super) rows: usize,
    /// Checksum of its rows.
    pub(super) xxh3: u64,
}

/// A commit as it is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) pieces: Vec<Piece>,
}

/// A commit that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) number: u64,
    pub(super) cut: Cut,
}

/// A commit that is whole.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    pub(super) number: u64,
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) at: Timestamp,
    pub(super) state_bytes: u64,
    pub(super) state_xxh3: u64,
    pub(super) replaced: Replaced,
}

/// Reads and writes the ledger of one log.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) link: ClickHouse,
    pub(super) stream: String,
    pub(super) writer: String,
}

impl Ledger {
    /// Takes the right to write away from whoever had it.
    pub(super) async fn take_over(&self) -> Result<(), Error> {
        let (stream, writer) = (text(&self.stream), text(&self.writer));
        self.link
            .execute(&format!(
                "INSERT INTO callboard_writers (stream, epoch, writer) SELECT {stream}, max(epoch) + 1, {writer} FROM callboard_writers WHERE stream = {stream} \
                 SETTINGS aggregate_functions_null_for_empty = 0"
            ))
            .await
    }

    /// Fails when somebody else has taken over.
    pub(super) async fn check_writer(&self) -> Result<(), Error> {
        let sql = format!("SELECT argMax(writer, (epoch, writer)) FROM callboard_writers WHERE stream = {}", text(&self.stream));
        let rows = self.link.rows(&sql).await?;
        let holder = rows.first().filter(|b| b.num_rows() > 0).map(|b| b.column(0).as_string::<i32>().value(0).to_owned());
        match holder {
            Some(holder) if holder == self.writer => Ok(()),
            other => Err(Error::Fenced { place: self.link.place().to_owned(), stream: self.stream.clone(), holder: other.unwrap_or_default() }),
        }
    }

    /// The last whole commit.
    pub(super) async fn last(&self) -> Result<Option<Whole>, Error> {
        let sql = format!(
            "SELECT number, first, last, committed_at, state_bytes, state_xxh3, replaced FROM callboard_commits WHERE stream = {} ORDER BY number DESC LIMIT 1",
            text(&self.stream)
        );
        let rows = self.link.rows(&sql).await?;
        let Some(row) = rows.iter().find(|b| b.num_rows() > 0) else { return Ok(None) };
        let number = |column: usize| row.column(column).as_primitive::<UInt64Type>().value(0);
        let replaced = row.column(6).as_string::<i32>().value(0);
        Ok(Some(Whole {
            number: number(0),
            first: number(1),
            last: number(2),
            at: Timestamp::from_millis(row.column(3).as_primitive::<TimestampMillisecondType>().value(0)),
            state_bytes: number(4),
            state_xxh3: number(5),
            replaced: serde_json::from_str(replaced).map_err(|e| self.damaged("callboard_commits", &e.to_string()))?,
        }))
    }

    /// Commits that were begun and are not whole, in order of number.
    pub(super) async fn unfinished(&self) -> Result<Vec<Pending>, Error> {
        let stream = text(&self.stream);
        let sql = format!(
            "SELECT number, first, last, pieces FROM callboard_pending WHERE stream = {stream} AND number NOT IN \
             (SELECT number FROM callboard_commits WHERE stream = {stream}) ORDER BY number, written_at"
        );
        let mut out = Vec::new();
        for batch in self.link.rows(&sql).await? {
            let number = |column: usize, row: usize| batch.column(column).as_primitive::<UInt64Type>().value(row);
            for row in 0..batch.num_rows() {
                let pieces = serde_json::from_str(batch.column(3).as_string::<i32>().value(row));
                let pieces = pieces.map_err(|e| self.damaged("callboard_pending", &e.to_string()))?;
                out.push(Pending { number: number(0, row), cut: Cut { first: number(1, row), last: number(2, row), pieces } });
            }
        }
        Ok(out)
    }

    /// Notes that a commit begins.
    pub(super) async fn begin(&self, pending: &Pending) -> Result<(), Error> {
        let pieces = serde_json::to_string(&pending.cut.pieces).map_err(|e| self.damaged("callboard_pending", &e.to_string()))?;
        let row = record([
            ("stream", texts(&self.stream)),
            ("number", numbers(pending.number)),
            ("first", numbers(pending.cut.first)),
            ("last", numbers(pending.cut.last)),
            ("pieces", texts(&pieces)),
            ("writer", texts(&self.writer)),
        ])?;
        self.link.insert("callboard_pending", &row, &self.token(pending.number, &pending.cut, "pending")).await
    }

    /// Keeps the engine's state of a commit.
    pub(super) async fn keep_state(&self, pending: &Pending, state: &[u8]) -> Result<(), Error> {
        let slot = u8::try_from(pending.number % SLOTS).unwrap_or_default();
        let row = record([
            ("stream", texts(&self.stream)),
            ("slot", Arc::new(UInt8Array::from(vec![slot])) as ArrayRef),
            ("number", numbers(pending.number)),
            ("state", Arc::new(BinaryArray::from_vec(vec![state]))),
        ])?;
        let token = format!("{}/{:016x}", self.token(pending.number, &pending.cut, "state"), xxh3_64(state));
        self.link.insert("callboard_states", &row, &token).await
    }

    /// The engine's state of a commit, checked.
    pub(super) async fn state(&self, number: u64, bytes: u64, xxh3: u64) -> Result<Vec<u8>, Error> {
        let sql = format!(
            "SELECT state FROM callboard_states WHERE stream = {} AND number = {number} AND length(state) = {bytes} \
             SETTINGS output_format_arrow_string_as_string = 0",
            text(&self.stream)
        );
        for batch in self.link.rows(&sql).await? {
            if let Some(state) = batch.column(0).as_binary::<i32>().iter().flatten().find(|state| xxh3_64(state) == xxh3) {
                return Ok(state.to_vec());
            }
        }
        Err(self.damaged("callboard_states", &format!("it holds no state of commit {number} with the right checksum")))
    }

    /// Notes that a commit is whole: this is the moment of the commit.
    pub(super) async fn end(&self, whole: &Whole, cut: &Cut) -> Result<(), Error> {
        let replaced = serde_json::to_string(&whole.replaced).map_err(|e| self.damaged("callboard_commits", &e.to_string()))?;
        let row = record([
            ("stream", texts(&self.stream)),
            ("number", numbers(whole.number)),
            ("first", numbers(whole.first)),
            ("last", numbers(whole.last)),
            ("committed_at", Arc::new(TimestampMillisecondArray::from(vec![whole.at.as_millis()]).with_timezone("UTC"))),
            ("state_bytes", numbers(whole.state_bytes)),
            ("state_xxh3", numbers(whole.state_xxh3)),
            ("replaced", texts(&replaced)),
            ("writer", texts(&self.writer)),
        ])?;
        self.link.insert("callboard_commits", &row, &self.token(whole.number, cut, "commit")).await
    }

    /// The name of one insert: the same for the same rows of the same range of the log, and for no other.
    pub(super) fn token(&self, number: u64, cut: &Cut, what: &str) -> String {
        let pieces = serde_json::to_vec(&cut.pieces).map_or(0, |text| xxh3_64(&text));
        format!("{}/{number}/{}-{}/{pieces:016x}/{what}", self.stream, cut.first, cut.last)
    }

    pub(super) fn damaged(&self, table: &str, what: &str) -> Error {
        Error::Shape { table: table.to_owned(), place: self.link.place().to_owned(), what: what.to_owned() }
    }
}

fn record<const N: usize>(columns: [(&str, ArrayRef); N]) -> Result<RecordBatch, Error> {
    RecordBatch::try_from_iter(columns).map_err(|source: ArrowError| Error::Rows { table: "ledger", source })
}

fn texts(value: &str) -> ArrayRef {
    Arc::new(StringArray::from(vec![value]))
}

fn numbers(value: u64) -> ArrayRef {
    Arc::new(UInt64Array::from(vec![value]))
}
