//! A live connection to Asterisk's manager, made again whenever it breaks.
//!
//! Subscribe first, then ask for a snapshot: rows of the lists and events share one stream, and a row is newer than every
//! event read before it, so all of it is applied as it comes. What happened between two connections is told as a gap, and
//! filled from the queue_log where there is one.

mod connection;
mod session;

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use callboard_domain::event::{Body, SourceLost};
use callboard_domain::{Clock, Timestamp};
use xxhash_rust::xxh3::xxh3_64;

use super::{Deliver, Delivery, NotDelivered};
use crate::agents::AgentRules;
use crate::dialect::asterisk_ami::AsteriskAmi;
pub use crate::dialect::asterisk_ami::{AmiMemory, KnownAgent, OpenCall, Party};

/// The first pause before connecting again, ms; doubled each time.
const FIRST_PAUSE_MS: u64 = 500;
/// The longest pause, ms.
const LONGEST_PAUSE_MS: u64 = 30_000;
/// The pause after a refused log-in: asking faster helps nobody and trips guards, ms.
const REFUSED_PAUSE_MS: u64 = 60_000;

/// Where the manager listens and who we are.
#[derive(Debug, Clone)]
pub struct AmiConfig {
    /// The source's name in every event.
    pub source: String,
    /// Host and port, such as `127.0.0.1:5038`.
    pub address: String,
    /// The user in `manager.conf`.
    pub user: String,
    /// Its secret; only a digest of it is sent.
    pub secret: Secret,
    /// What the manager does not tell of agents.
    pub rules: AgentRules,
    /// How often each queue is compared with a snapshot.
    pub resync: Duration,
    /// The file to fill gaps from, if it can be read here.
    pub queue_log: Option<PathBuf>,
}

/// A text that never shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub enum AmiError {
    /// Nobody listens there, or the network is down.
    #[error("could not connect to the manager at {address}: {source}; look at enabled, bindaddr and port in its manager.conf")]
    Connect {
        /// Host and port.
        address: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The log-in was refused; Asterisk does not say whether for the user, the secret or the address.
    #[error("could not log in to the manager as {user}: {message}; compare user, secret and permit with its manager.conf")]
    Refused {
        /// Who we are there.
        user: String,
        /// What Asterisk said.
        message: String,
    },
    /// Asterisk is about to stop or to restart, and takes nobody in until then: a graceful one lasts as long as its calls.
    #[error("the manager takes no log-in while Asterisk shuts down")]
    ShuttingDown,
    /// Asterisk closed the connection.
    #[error("the manager closed the connection")]
    Closed,
    /// The connection broke.
    #[error("could not read from or write to the manager: {source}")]
    Broken {
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Nothing was heard, not even the answer to a ping.
    #[error("the manager has said nothing for {silent_ms} ms")]
    Silent {
        /// For how long.
        silent_ms: i64,
    },
    /// The log took events more slowly than Asterisk sent them for so long that the queue between was full.
    #[error("could not deliver as fast as the manager sends: {waiting} messages were waiting")]
    TooSlow {
        /// How many waited.
        waiting: usize,
    },
    /// Logged in, and never told that Asterisk is up, which only a user who reads `system` is.
    #[error("the manager has not said for {waited_ms} ms that Asterisk is fully booted; read of {user} in its manager.conf needs system")]
    NotBooted {
        /// Who we are there.
        user: String,
        /// Since the log-in.
        waited_ms: i64,
    },
    /// Not what a manager says.
    #[error("could not make sense of the manager: {reason}")]
    Protocol {
        /// What was wrong.
        reason: &'static str,
    },
    /// The log takes nothing more; the only error that ends the source.
    #[error(transparent)]
    Deliver(#[from] NotDelivered),
}

/// The manager interface of one Asterisk, live.
pub struct AmiSource {
    config: AmiConfig,
    dialect: AsteriskAmi,
    /// What was told before this process started, until it is known.
    told_before: Option<Pin<Box<dyn Future<Output = AmiMemory> + Send>>>,
    /// Until when everything was heard, by the PBX's clock; none before the first connection ever.
    heard_until: Option<Timestamp>,
    /// That nobody listens has been told, and nobody has listened since.
    told_lost: bool,
}

impl fmt::Debug for AmiSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { config, dialect, told_before, heard_until, told_lost } = self;
        let knows = told_before.is_none();
        f.debug_struct("AmiSource")
            .field("config", config)
            .field("dialect", dialect)
            .field("knows", &knows)
            .field("heard_until", heard_until)
            .field("told_lost", told_lost)
            .finish()
    }
}

impl AmiSource {
    /// Goes on from what was told in an earlier run, nothing for the first. That may take a while to find out: the first
    /// connection is made meanwhile, and what it says waits.
    #[must_use]
    pub fn new(config: AmiConfig, told_before: impl Future<Output = AmiMemory> + Send + 'static) -> Self {
        let dialect = AsteriskAmi::new(&config.source, config.rules.clone());
        Self { config, dialect, told_before: Some(Box::pin(told_before)), heard_until: None, told_lost: false }
    }

    /// Waits for what was told before, once.
    async fn recall(&mut self) {
        if let Some(told_before) = &mut self.told_before {
            let memory = told_before.await;
            self.told_before = None;
            self.dialect.resume(&memory);
            self.heard_until = self.heard_until.max(memory.last_seen_at);
        }
    }

    /// What to keep over a restart of this process; also delivered every few seconds.
    #[must_use]
    pub fn memory(&self) -> AmiMemory {
        self.dialect.memory()
    }

    /// Connects, and connects again, until the future is dropped or the log takes nothing more.
    ///
    /// # Errors
    /// Only that a delivery was refused; everything else is told as `source.lost` and tried again.
    pub async fn run(&mut self, clock: &dyn Clock, deliver: &mut impl Deliver<AmiMemory>) -> Result<std::convert::Infallible, NotDelivered> {
        let mut failures = 0;
        loop {
            let mut connected = false;
            let error = match session::run(self, clock, deliver, &mut connected).await {
                Ok(never) => match never {},
                Err(AmiError::Deliver(error)) => return Err(error),
                Err(error) => error,
            };
            self.dialect.disconnected();
            tracing::warn!(source = self.config.source, %error, "nobody listens to the manager");
            if connected {
                failures = 0;
                self.told_lost = false;
            }
            // Once: a screen must not take the word of an earlier run, or none at all, for a source that is there.
            if !self.told_lost {
                self.told_lost = true;
                let lost = Body::SourceLost(SourceLost { reason: Some(error.to_string().into()) });
                let events = self.dialect.tell(lost, clock.now());
                // What an earlier run wrote down stays until it has been read.
                let position = self.told_before.is_none().then(|| self.memory());
                deliver.deliver(Delivery { events, rejected: Vec::new(), position }).await?;
            }
            let pause_ms = pause_ms(failures, matches!(error, AmiError::Refused { .. }), clock.now());
            failures += 1;
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        }
    }
}

/// Longer with each failure, and never the same for two who failed together.
fn pause_ms(failures: u32, refused: bool, now: Timestamp) -> u64 {
    let pause_ms = if refused { REFUSED_PAUSE_MS } else { FIRST_PAUSE_MS.saturating_mul(1 << failures.min(10)).min(LONGEST_PAUSE_MS) };
    jittered(pause_ms, now)
}

/// Three quarters to five quarters of a duration, by chance.
fn jittered(ms: u64, seed: Timestamp) -> u64 {
    let chance = xxh3_64(&seed.as_millis().to_le_bytes()) % 512;
    ms * 3 / 4 + ms * chance / 1_024
}

#[cfg(test)]
mod tests;
