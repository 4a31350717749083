//! The query layer from outside: SQL in, rows out, over live batches and over Parquet files alike.

mod fixture;
mod limits;
mod live;
mod scan;
mod slt;
