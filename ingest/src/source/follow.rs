//! Follows a queue_log that grows and rotates, from a remembered place on.
//!
//! The file is known by its inode: after a rotation the old one is read to its end before the new one. After a restart of
//! ours, what was read before is read once more without telling it, so that the dialect knows its open calls and agents.

mod file;
mod past;

use std::path::PathBuf;
use std::time::Duration;

use callboard_domain::event::{Body, Key, SourceAlive, SourceConnected, SourceGap};
use callboard_domain::{Clock, Timestamp};

use super::{Deliver, Delivery, NotDelivered, Rejected};
use crate::agents::AgentRules;
use crate::dialect::asterisk_queue_log::{self, AsteriskQueueLog, Missed, Presence};
use crate::dialect::{Dialect, Emit};
pub use file::{Chunk, Follow, FollowPosition, Happened};
pub(crate) use past::past;

/// A line whose time lies so close to now may have company still to be written, ms.
const QUIET_AFTER_MS: i64 = 2_000;
/// How often a quiet file says that it is still watched, ms.
const ALIVE_EVERY_MS: i64 = 1_000;

/// Which file, and what to call it.
#[derive(Debug, Clone)]
pub struct FollowConfig {
    /// The source's name in every event.
    pub source: String,
    /// The file that Asterisk writes.
    pub path: PathBuf,
    /// How often to look for more.
    pub poll: Duration,
    /// Whether the file is the only word of this source, so that it tells `source.connected` and `source.alive`.
    pub alone: bool,
    /// What the file does not tell of agents.
    pub rules: AgentRules,
}

/// Why a file is no longer followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The file system refuses; a missing file is waited for instead.
    #[error("could not read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        #[source]
        source: std::io::Error,
    },
    /// The log takes nothing more.
    #[error(transparent)]
    Deliver(#[from] NotDelivered),
}

/// Follows the file until the future is dropped; `from` is the last position that was kept.
///
/// # Errors
/// The file cannot be read, or a delivery was refused.
pub async fn run(
    config: &FollowConfig,
    from: Option<FollowPosition>,
    clock: &dyn Clock,
    deliver: &mut impl Deliver<FollowPosition>,
) -> Result<std::convert::Infallible, FollowError> {
    let mut reader = Reader {
        config,
        dialect: AsteriskQueueLog::new(&config.source, config.rules.clone()),
        own: Emit::new(asterisk_queue_log::TELLER, &config.source),
    };
    let mut follow = Follow::open(&config.path, from).await?;
    reader.warm_up(&mut follow).await?;
    let mut told_alive_at = clock.now();
    if config.alone {
        deliver.deliver(reader.own(Body::SourceConnected(SourceConnected { version: None }), told_alive_at)).await?;
    }
    loop {
        let chunk = follow.next().await?;
        let now = clock.now();
        let mut delivery = reader.read(&chunk, now);
        let quiet = chunk.bytes.is_empty() && matches!(chunk.happened, Happened::Nothing);
        if quiet {
            delivery.events.extend(reader.dialect.tick(now.plus(-QUIET_AFTER_MS)));
            if config.alone && now.since(told_alive_at) >= ALIVE_EVERY_MS {
                told_alive_at = now;
                delivery.events.extend(reader.own(Body::SourceAlive(SourceAlive {}), now).events);
            }
        }
        if !delivery.events.is_empty() || !delivery.rejected.is_empty() || delivery.position.is_some() {
            deliver.deliver(delivery).await?;
        }
        if quiet {
            tokio::time::sleep(config.poll).await;
        }
    }
}

struct Reader<'a> {
    config: &'a FollowConfig,
    dialect: AsteriskQueueLog,
    own: Emit,
}

impl Reader<'_> {
    /// Reads what was told before, for its effect on the dialect only.
    async fn warm_up(&mut self, follow: &mut Follow) -> Result<(), FollowError> {
        while let Some(lines) = follow.before().await? {
            for line in lines.split(|b| *b == b'\n') {
                // Told and refused before: nothing of it is news.
                let _told_before = self.dialect.line(line);
            }
        }
        Ok(())
    }

    fn read(&mut self, chunk: &Chunk, now: Timestamp) -> Delivery<FollowPosition> {
        let mut delivery = Delivery { events: Vec::new(), rejected: Vec::new(), position: chunk.position.clone() };
        if matches!(chunk.happened, Happened::Truncated | Happened::Unknown) {
            let from_at = self.dialect.last_seen_at().map_or(now, |seen| seen.min(now));
            let gap = Body::SourceGap(SourceGap { from_at, to_at: now, reason: Some(chunk.happened.reason().into()) });
            delivery.events.extend(self.own(gap, now).events);
        }
        let mut offset = chunk.offset;
        for line in chunk.bytes.split_inclusive(|b| *b == b'\n') {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            match self.dialect.line(text) {
                Ok(events) => delivery.events.extend(events),
                Err(reject) => delivery.rejected.push(Rejected {
                    text: String::from_utf8_lossy(text).into_owned(),
                    place: format!("{} byte {offset}", self.config.path.display()),
                    reason: reject.to_string(),
                }),
            }
            offset += line.len() as u64;
        }
        delivery
    }

    fn own(&mut self, body: Body<'static>, at: Timestamp) -> Delivery<FollowPosition> {
        self.own.push(at, body);
        Delivery { events: self.own.take(), rejected: Vec::new(), position: None }
    }
}

/// What fills a gap of a live source; `to_at` is not in it.
///
/// The whole text is read, so that calls which began before are known. Whole seconds make the first one overlap with what
/// the live source told; the engine's transitions do nothing when they repeat.
pub(crate) fn backfill(source: &str, queue_log: &[u8], from_at: Timestamp, to_at: Timestamp) -> Missed {
    let mut dialect = AsteriskQueueLog::new(source, AgentRules::default());
    let heard_until = from_at;
    let from_at = from_at.floor(1_000);
    let within = |at: Timestamp| at >= from_at && at < to_at;
    let (mut found, mut presence) = (Vec::new(), Vec::new());
    for line in queue_log.split(|b| *b == b'\n') {
        // The importer of the file tells what cannot be read; a gap is filled from what can.
        if let Ok(events) = dialect.line(line) {
            found.extend(events);
        }
        presence.extend(Presence::of_line(line).filter(|p| within(p.at)));
    }
    found.extend(dialect.finish());
    found.retain(|event| !matches!(event.key(), Key::Agent(_)) && within(event.at));
    Missed { events: found, presence: last_words(presence, heard_until) }
}

/// In the second in which the live source fell silent it may have told a pause and its end: only how that second ended is
/// told again.
fn last_words(all: Vec<Presence>, heard_until: Timestamp) -> Vec<Presence> {
    let mut kept: Vec<Presence> = Vec::with_capacity(all.len());
    for presence in all {
        if presence.at <= heard_until {
            kept.retain(|before| (&before.agent, &before.queue) != (&presence.agent, &presence.queue));
        }
        kept.push(presence);
    }
    kept
}

#[cfg(test)]
mod tests;
