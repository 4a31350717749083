//! The calls of a number: the organisation asks, whoever keeps the calls answers.

use async_trait::async_trait;
use callboard_domain::Timestamp;

/// Where calls are asked for.
#[async_trait]
pub trait Calls: Send + Sync {
    /// The latest calls from or to these numbers, each as the server lists calls, the latest first; before a moment, at most `limit`.
    /// Numbers are as callers send them: a number may be there with and without a leading zero or a country's prefix.
    ///
    /// # Errors
    /// What went wrong, for the log.
    async fn of_numbers(&self, numbers: &[String], before: Timestamp, limit: usize) -> Result<Vec<serde_json::Value>, String>;
}
