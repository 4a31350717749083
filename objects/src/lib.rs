//! A place for files: a folder, or a bucket of S3, named by one URL.
//!
//! Whoever keeps something outside of tables, such as snapshots or recordings, keeps it here. Waiting is bounded, a name never
//! leads out of the place, and an error says what a person can do about it.

mod error;
mod place;
mod s3;

pub use error::Error;
pub use place::{Listed, Meta, Objects};
pub use s3::S3;
