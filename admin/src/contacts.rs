//! The calls of a number: the organisation asks, whoever keeps the calls answers.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_domain::Timestamp;

use crate::Admin;
use crate::identity::Caller;

/// Where calls are asked for.
#[async_trait]
pub trait Calls: Send + Sync {
    /// The latest calls from or to these numbers as the caller may see them, each as the server lists calls, the latest first; before
    /// a moment, at most `limit`. Who may see the customer but not the call is told its time, its direction and its outcome.
    /// Numbers are as callers send them: a number may be there with and without a leading zero or a country's prefix.
    ///
    /// # Errors
    /// What went wrong, for the log.
    async fn of_numbers(
        &self,
        admin: &Arc<Admin>,
        caller: &Caller,
        numbers: &[String],
        before: Timestamp,
        limit: usize,
    ) -> Result<Vec<serde_json::Value>, String>;
}
