//! The query layer from outside: SQL in, rows out, over live batches and over Parquet files alike.

// Every line of this crate is a test's, helpers included.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod fixture;
mod limits;
mod live;
mod remote;
mod scan;
mod sight;
mod slt;
