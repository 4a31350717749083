//! Where imported events go: the intake of an open data folder, or a running server.

use callboard_domain::Event;
use callboard_ingest::intake::{Draft, Intake, Line, Receipt};
use tokio::runtime::Handle;

use crate::client::Client;

/// Lines sent to a server at once.
const BATCH: usize = 2_000;
/// Refused lines that are shown one by one, where they are kept too.
const SHOWN: usize = 10;

/// Collects events and hands them over in batches.
pub(super) struct Sink {
    to: To,
    source: String,
    place: String,
    accepted: usize,
    duplicate: usize,
    rejected: usize,
}

enum To {
    Intake { intake: Intake, runtime: Handle, draft: Option<Draft> },
    Server { client: Client, lines: Vec<u8>, numbers: Vec<usize> },
}

impl Sink {
    pub(super) fn intake(intake: Intake, runtime: Handle, source: &str) -> Self {
        Self::new(To::Intake { intake, runtime, draft: None }, source)
    }

    pub(super) fn server(client: Client, source: &str) -> Self {
        Self::new(To::Server { client, lines: Vec::new(), numbers: Vec::new() }, source)
    }

    fn new(to: To, source: &str) -> Self {
        Self { to, source: source.into(), place: String::new(), accepted: 0, duplicate: 0, rejected: 0 }
    }

    pub(super) const fn accepted(&self) -> usize {
        self.accepted
    }

    pub(super) const fn duplicate(&self) -> usize {
        self.duplicate
    }

    pub(super) const fn rejected(&self) -> usize {
        self.rejected
    }

    /// The file that lines come from now.
    pub(super) fn place(&mut self, place: &str) -> anyhow::Result<()> {
        self.flush()?;
        place.clone_into(&mut self.place);
        Ok(())
    }

    /// A line that should be an event.
    pub(super) fn line(&mut self, line: &Line<'_>) {
        match &mut self.to {
            To::Intake { intake, draft, .. } => draft.get_or_insert_with(|| intake.draft(&self.source, &self.place)).line(line),
            To::Server { lines, numbers, .. } => {
                lines.extend_from_slice(line.text);
                lines.push(b'\n');
                numbers.push(line.number);
            }
        }
    }

    /// An event that a dialect made of line `number`.
    pub(super) fn event(&mut self, number: usize, event: &Event<'_>, raw: &[u8]) {
        match &mut self.to {
            To::Intake { intake, draft, .. } => draft.get_or_insert_with(|| intake.draft(&self.source, &self.place)).event(number, event, raw),
            To::Server { lines, numbers, .. } => {
                lines.extend_from_slice(event.to_line().as_bytes());
                lines.push(b'\n');
                numbers.push(number);
            }
        }
    }

    /// A line that the dialect could not read.
    pub(super) fn reject(&mut self, number: usize, raw: &[u8], reason: &str) {
        match &mut self.to {
            To::Intake { intake, draft, .. } => draft.get_or_insert_with(|| intake.draft(&self.source, &self.place)).reject(number, raw, reason),
            To::Server { .. } => self.refused(number, reason),
        }
    }

    pub(super) fn flush_if_full(&mut self) -> anyhow::Result<()> {
        let full = match &self.to {
            To::Intake { draft, .. } => draft.as_ref().is_some_and(Draft::is_full),
            To::Server { numbers, .. } => numbers.len() >= BATCH,
        };
        if full { self.flush() } else { Ok(()) }
    }

    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        match &mut self.to {
            To::Intake { intake, runtime, draft } => {
                let Some(draft) = draft.take() else { return Ok(()) };
                let receipt: Receipt = runtime.block_on(intake.append(draft))?;
                self.accepted += receipt.accepted;
                self.duplicate += receipt.duplicate;
                receipt.rejected.iter().for_each(|r| self.refused(r.line, &r.reason));
            }
            To::Server { client, lines, numbers } => {
                if numbers.is_empty() {
                    return Ok(());
                }
                let receipt = client.events(lines, &self.source)?;
                let numbers = std::mem::take(numbers);
                lines.clear();
                self.accepted += receipt.accepted;
                self.duplicate += receipt.duplicate;
                for refusal in receipt.rejected {
                    let number = numbers.get(refusal.line.saturating_sub(1)).copied().unwrap_or(refusal.line);
                    self.refused(number, &refusal.reason);
                }
            }
        }
        Ok(())
    }

    fn refused(&mut self, number: usize, reason: &str) {
        self.rejected += 1;
        // A server is sent events only: what the dialect could not read is told here or nowhere.
        if self.rejected <= SHOWN || matches!(self.to, To::Server { .. }) {
            eprintln!("{}:{number}: {reason}", self.place);
        } else if self.rejected == SHOWN + 1 {
            eprintln!("further refused lines are not shown; they are kept in the table rejected");
        }
    }
}
