//! The calls of a number: the organisation asks, whoever keeps the calls answers.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_domain::Timestamp;

use crate::Admin;
use crate::identity::Caller;
use crate::problem::Problem;

/// What may be answered where calls are asked for, besides the usual: another node has them.
pub const ELSEWHERE: &[u16] = &[421];

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

    /// Whether the caller sees this call with a right.
    ///
    /// # Errors
    /// What went wrong, for the log.
    async fn sees(&self, admin: &Arc<Admin>, caller: &Caller, right: &str, source: &str, call: &str) -> Result<bool, String>;
}

/// Lets on whoever sees this call with a right.
///
/// # Errors
/// Not found, also for what others see; or calls are kept elsewhere, or cannot be read.
pub async fn need(admin: &Arc<Admin>, caller: &Caller, right: &str, source: &str, call: &str) -> Result<(), Problem> {
    let calls = admin.calls().ok_or_else(Problem::elsewhere)?;
    match calls.sees(admin, caller, right, source, call).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Problem::not_found()),
        Err(error) => {
            tracing::error!("could not read a call: {error}");
            Err(Problem::internal())
        }
    }
}
