//! The real engines that tests run against, each fetched once into a cache folder and started on free ports.
//!
//! Knows nothing of the product, so that any crate's tests may use it. What cannot be fetched or started is an
//! error with its reason; a test never goes on without its engine.

mod cache;
pub mod clickhouse;
pub mod kafka;
mod maven;
pub mod postgres;
mod python;
pub mod s3;
pub mod schemathesis;
mod supervised;

pub use cache::{cache_folder, fetched};
pub use clickhouse::ClickHouse;
pub use postgres::Postgres;
pub use s3::S3;
pub use supervised::Supervised;
