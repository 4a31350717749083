//! What is kept no longer: events of the log, and calls that the organisation's parameters have kept long enough.

use std::sync::{Arc, Weak};
use std::time::Duration;

use callboard_domain::Clock;
use callboard_domain::time::DAY_MS;
use callboard_ingest::log::{Embedded, Retention};
use callboard_store::history::{Day, History};
use tokio::sync::watch;

use super::MOST_REJECTED;
use crate::config::LogConfig;
use crate::data::Retain;

/// How often it is looked what is old.
const EVERY: Duration = Duration::from_secs(600);

/// Drops what the log need not keep any longer, never beyond what history holds. Kafka looks after its topics itself.
pub(super) async fn log(rules: LogConfig, log: Option<Arc<Embedded>>, history: Weak<dyn History>, clock: Arc<dyn Clock>) {
    let Some(log) = log else { return };
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(history) = history.upgrade() else { return };
        let before = clock.now().plus(-i64::from(rules.keep_days) * DAY_MS);
        let retention = Retention { before: Some(before), max_bytes: Some(rules.keep_bytes), max_rejected: Some(MOST_REJECTED) };
        match log.retain(retention, history.manifest().position).await {
            Ok(dropped) => tracing::debug!(?dropped, "the log was looked through"),
            Err(error) => tracing::error!("could not drop old events: {error}"),
        }
    }
}

/// Drops calls of days before the one from which they are kept, with everything that history has of them.
pub(super) async fn calls(retain: Retain, mut kept: watch::Receiver<Option<Day>>) {
    let mut done = None;
    loop {
        let from = *kept.borrow_and_update();
        if let Some(day) = from.filter(|_| from > done)
            && drop_before(day, &retain).await
        {
            done = from;
        }
        // What could not be dropped is tried again.
        if let Ok(Err(_)) = tokio::time::timeout(EVERY, kept.changed()).await {
            return;
        }
    }
}

/// Whether it is done.
async fn drop_before(day: Day, retain: &Retain) -> bool {
    let retain = Arc::clone(retain);
    match tokio::task::spawn_blocking(move || retain(day)).await {
        Ok(Ok(())) => {
            tracing::info!("calls before {day} are kept no longer");
            true
        }
        Ok(Err(error)) => {
            tracing::warn!("could not drop calls before {day} and tries again: {error}");
            false
        }
        Err(error) => {
            tracing::error!("dropping calls before {day} broke off: {error}");
            false
        }
    }
}
