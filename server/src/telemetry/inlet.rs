//! The way into the log for one kind of source, counted.

use std::sync::Arc;

use callboard_ingest::intake::{Draft, Intake, Receipt};
use callboard_ingest::log::Error;
use prometheus_client::metrics::counter::Counter;

use super::Telemetry;
use crate::clock::Stopwatch;

/// An intake that counts what becomes of events; cheap to clone.
#[derive(Clone)]
pub(crate) struct Inlet {
    intake: Intake,
    telemetry: Arc<Telemetry>,
    accepted: Counter,
    duplicate: Counter,
    rejected: Counter,
}

impl Inlet {
    /// The way in for sources of this kind, which is a label: one of few.
    pub(crate) fn new(intake: &Intake, kind: &'static str, telemetry: &Arc<Telemetry>) -> Self {
        let events = |outcome: &str| telemetry.ingest.events.get_or_create_owned(&[("kind", kind.to_owned()), ("outcome", outcome.to_owned())]);
        Self {
            accepted: events("accepted"),
            duplicate: events("duplicate"),
            rejected: events("rejected"),
            intake: intake.clone(),
            telemetry: Arc::clone(telemetry),
        }
    }

    /// As `Intake::draft`.
    pub(crate) fn draft(&self, source: &str, place: &str) -> Draft {
        self.intake.draft(source, place)
    }

    /// As `Intake::append`.
    pub(crate) async fn append(&self, draft: Draft) -> Result<Receipt, Error> {
        let watch = Stopwatch::start();
        let appended = self.intake.append(draft).await;
        match &appended {
            Ok(receipt) => {
                self.telemetry.ingest.append.observe(watch.seconds());
                for (counter, count) in
                    [(&self.accepted, receipt.accepted), (&self.duplicate, receipt.duplicate), (&self.rejected, receipt.rejected.len())]
                {
                    counter.inc_by(count as u64);
                }
            }
            Err(_) => drop(self.telemetry.ingest.failed.inc()),
        }
        appended
    }
}
