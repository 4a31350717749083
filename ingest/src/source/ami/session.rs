//! One connection from log-in to loss: reading never waits for delivering.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use callboard_domain::event::{Body, SourceAlive, SourceConnected, SourceGap};
use callboard_domain::{Clock, Event, Timestamp};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::connection::{self, Arrived, Reader, Writer};
use super::{AmiConfig, AmiError, AmiMemory, AmiSource, jittered};
use crate::dialect::Dialect;
use crate::dialect::asterisk_ami::Message;
use crate::source::follow::past;
use crate::source::{Deliver, Delivery, Rejected};

/// Messages between socket and log. A full queue ends the connection: a gap that is told beats events lost unseen, and
/// Asterisk would drop a client that does not read anyway. About 30 s of a PBX with 20 calls a second.
const QUEUE_MESSAGES: usize = 100_000;
/// Messages handed to the log at once.
const BATCH: usize = 2_000;
/// How often time passes for what waits to be decided.
const TICK: Duration = Duration::from_millis(250);
/// Every so many ticks a ping: liveness, the clock and `source.alive`.
const PING_TICKS: u32 = 4;
/// Every so many ticks the memory is delivered.
const MEMORY_TICKS: u32 = 40;
/// How long a log-in waits for the word that Asterisk is up, ms. One that is still loading says it on the next connection.
const BOOTED_WITHIN_MS: i64 = 30_000;
/// Silence after which the connection is given up, ms.
const SILENT_MS: i64 = 6_000;
const LOG_IN_WITHIN: Duration = Duration::from_secs(10);
const ASK_AGAIN_MS: i64 = 2_000;
/// Another clock must differ by more than the way there and back explains, ms.
const SKEW_NOISE_MS: i64 = 5;

/// Classes of events that tell of calls and agents; the others (RTCP, CEL, CDR, tests) would only cost.
const EVENT_MASK: &str = "system,call,agent,dialplan,user";
/// With `write = system` Asterisk itself leaves out most of the rest: `Filter` takes a regular expression each.
const FILTERS: [&str; 2] = [
    "Event: (Queue|Agent|Newchannel|Hangup|Dial|Hold|Unhold|BlindTransfer|AttendedTransfer|MixMonitorStart|UserEvent|FullyBooted|Shutdown)",
    "Variable: (QUEUESTATUS|MIXMONITOR_FILENAME)",
];

/// Runs one connection until it is lost.
pub(super) async fn run(
    source: &mut AmiSource,
    clock: &dyn Clock,
    deliver: &mut impl Deliver<AmiMemory>,
    connected: &mut bool,
) -> Result<Infallible, AmiError> {
    let opening = async {
        let (mut reader, mut writer) = connection::connect(&source.config.address).await?;
        let early = connection::log_in(&mut reader, &mut writer, &source.config, clock).await?;
        Ok::<_, AmiError>((reader, writer, early))
    };
    let (reader, writer, early) = timeout(LOG_IN_WITHIN, opening).await.map_err(|_| AmiError::Silent { silent_ms: millis(LOG_IN_WITHIN) })??;
    let now = clock.now();
    let (sender, receiver) = mpsc::channel(QUEUE_MESSAGES);
    let (version, resync, booted, hints) = (None, Resync::default(), Booted::AwaitedSince(now), BTreeSet::new());
    let session = Session { source, writer, clock, heard_at: now, ping_sent_at: now, version, resync, booted, hints, connected };
    let (pump, work) = (pump(reader, sender, clock), session.work(receiver, early, deliver));
    tokio::pin!(pump, work);
    let cause = tokio::select! {
        end = &mut pump => match end {
            Ok(never) => match never {},
            Err(cause) => cause,
        },
        end = &mut work => return Err(end.err().unwrap_or(AmiError::Closed)),
    };
    // What was read before the loss is delivered still.
    work.await?;
    Err(cause)
}

/// Reads on, whatever the rest does.
async fn pump(mut reader: Reader, sender: mpsc::Sender<Arrived>, clock: &dyn Clock) -> Result<Infallible, AmiError> {
    loop {
        let message = reader.next().await?;
        sender.try_send((message, clock.now())).map_err(|_| AmiError::TooSlow { waiting: QUEUE_MESSAGES })?;
        // A burst must not keep the other half of the session from working on it.
        tokio::task::consume_budget().await;
    }
}

/// One queue after the other is compared, so that a large PBX never lists all at once.
#[derive(Default)]
struct Resync {
    left: Vec<String>,
    due: Option<Timestamp>,
}

/// Whether this connection was told that Asterisk is up.
#[derive(PartialEq, Eq)]
enum Booted {
    AwaitedSince(Timestamp),
    Told,
}

struct Session<'a> {
    source: &'a mut AmiSource,
    writer: Writer,
    clock: &'a dyn Clock,
    heard_at: Timestamp,
    ping_sent_at: Timestamp,
    version: Option<String>,
    resync: Resync,
    booted: Booted,
    /// What was said of settings, each once a connection.
    hints: BTreeSet<&'static str>,
    connected: &'a mut bool,
}

impl Session<'_> {
    async fn work(
        mut self,
        mut messages: mpsc::Receiver<Arrived>,
        early: Vec<Arrived>,
        deliver: &mut impl Deliver<AmiMemory>,
    ) -> Result<(), AmiError> {
        self.writer.send("Events", "mask", &[("EventMask", EVENT_MASK)]).await?;
        for filter in FILTERS {
            self.writer.send("Filter", "filter", &[("Operation", "Add"), ("Filter", filter)]).await?;
        }
        self.source.recall().await;
        self.heard_at = self.clock.now();
        self.ping().await?;
        self.look_for_queue_log().await;
        let gap = self.gap().await;
        self.hand_over(gap, Vec::new(), false, deliver).await?;
        self.take(early, deliver).await?;
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut batch, mut count) = (Vec::new(), 0_u32);
        loop {
            tokio::select! {
                received = messages.recv_many(&mut batch, BATCH) => {
                    if received == 0 {
                        return Ok(());
                    }
                    self.take(std::mem::take(&mut batch), deliver).await?;
                }
                // Silence counts only when all that was read is done: the log may have been slow.
                _ = ticks.tick(), if messages.is_empty() && !messages.is_closed() => {
                    count = count.wrapping_add(1);
                    self.tick(count, deliver).await?;
                }
            }
        }
    }

    /// Reads messages and delivers what they tell.
    async fn take(&mut self, batch: Vec<Arrived>, deliver: &mut impl Deliver<AmiMemory>) -> Result<(), AmiError> {
        let (mut events, mut rejected) = (Vec::new(), Vec::new());
        for (bytes, arrived_at) in batch {
            self.heard_at = arrived_at;
            match Message::parse(&bytes) {
                Ok(message) => {
                    events.extend(self.source.dialect.message(&message, arrived_at));
                    self.answered(&message, arrived_at, &mut events).await?;
                }
                Err(reject) => rejected.push(Rejected {
                    text: String::from_utf8_lossy(&bytes).into_owned(),
                    place: self.source.config.address.clone(),
                    reason: reject.to_string(),
                }),
            }
        }
        self.hints();
        self.hand_over(events, rejected, false, deliver).await
    }

    /// What concerns the connection itself.
    async fn answered(&mut self, message: &Message<'_>, arrived_at: Timestamp, events: &mut Vec<Event<'static>>) -> Result<(), AmiError> {
        let failed = message.get("Response") == Some("Error");
        // While Asterisk shuts down it answers every action with an error.
        let denied = failed && message.get("Message") == Some("Permission denied");
        match (message.event(), message.get("ActionID")) {
            // Sent at log-in, or once everything is loaded; before that there are no queues to list.
            (Some("FullyBooted"), _) => {
                self.booted = Booted::Told;
                self.writer.send("CoreSettings", "settings", &[]).await?;
                self.writer.send("QueueStatus", "queues", &[]).await?;
            }
            (None, Some("queues")) if failed => self.resync.due = Some(self.clock.now().plus(ASK_AGAIN_MS)),
            (Some("QueueStatusComplete"), Some("queues")) => self.writer.send("CoreShowChannels", "channels", &[]).await?,
            (Some("CoreShowChannelsComplete"), Some("channels")) => self.complete(arrived_at, events),
            (None, Some("channels")) if denied => {
                self.hint("calls that end while nobody listens stay open: channels are not listed", "write", "reporting");
                self.complete(arrived_at, events);
            }
            (None, Some("settings")) => self.version = message.filled("AsteriskVersion").map(|version| format!("Asterisk {version}")),
            (None, Some("channels")) if failed && !*self.connected => self.resync.due = Some(self.clock.now().plus(ASK_AGAIN_MS)),
            (None, Some("filter" | "mask")) if denied => {
                self.hint("the manager sends more than is read, as it does not filter for us", "write", "system");
            }
            (None, Some("ping")) => self.pong(message, arrived_at, events),
            _ => {}
        }
        Ok(())
    }

    /// The snapshot has been read: complete from here on.
    fn complete(&mut self, at: Timestamp, events: &mut Vec<Event<'static>>) {
        if !*self.connected {
            *self.connected = true;
            let version = self.version.take().map(Into::into);
            events.extend(self.source.dialect.tell(Body::SourceConnected(SourceConnected { version }), at));
        }
        self.plan_resync();
    }

    fn pong(&mut self, message: &Message<'_>, arrived_at: Timestamp, events: &mut Vec<Event<'static>>) {
        let way_ms = arrived_at.since(self.ping_sent_at).max(0);
        if let Some(pbx_at) = message.at() {
            let skew_ms = pbx_at.since(arrived_at.plus(-way_ms / 2));
            if (skew_ms - self.source.dialect.skew_ms()).abs() > way_ms / 2 + SKEW_NOISE_MS {
                self.source.dialect.set_skew(skew_ms);
            }
        }
        if *self.connected {
            let alive = self.source.dialect.tell(Body::SourceAlive(SourceAlive {}), arrived_at);
            self.source.heard_until = alive.last().map(|event| event.at).or(self.source.heard_until);
            events.extend(alive);
        }
    }

    /// Says what is seen to be kept from us.
    fn hints(&mut self) {
        while let Some(unheard) = self.source.dialect.unheard() {
            self.hint(unheard.harm(), "read", unheard.class());
        }
    }

    /// Says what to set in `manager.conf`, and why.
    fn hint(&mut self, harm: &'static str, key: &str, class: &str) {
        if self.hints.insert(harm) {
            let AmiConfig { source, user, .. } = &self.source.config;
            tracing::warn!(source, "{harm}; {key} of {user} in its manager.conf needs {class}");
        }
    }

    async fn ping(&mut self) -> Result<(), AmiError> {
        self.ping_sent_at = self.clock.now();
        self.writer.send("Ping", "ping", &[]).await
    }

    async fn tick(&mut self, count: u32, deliver: &mut impl Deliver<AmiMemory>) -> Result<(), AmiError> {
        let now = self.clock.now();
        let silent_ms = now.since(self.heard_at);
        if silent_ms > SILENT_MS {
            return Err(AmiError::Silent { silent_ms });
        }
        if let Booted::AwaitedSince(since) = self.booted
            && now.since(since) > BOOTED_WITHIN_MS
        {
            return Err(AmiError::NotBooted { user: self.source.config.user.clone(), waited_ms: now.since(since) });
        }
        if count.is_multiple_of(PING_TICKS) {
            self.ping().await?;
        }
        if self.resync.due.is_some_and(|due| due <= now) {
            self.compare_next().await?;
        }
        let events = self.source.dialect.tick(now);
        self.hints();
        self.hand_over(events, Vec::new(), count.is_multiple_of(MEMORY_TICKS) && *self.connected, deliver).await
    }

    /// Asks for the next queue, or after the last one for the channels, which begins the next round.
    async fn compare_next(&mut self) -> Result<(), AmiError> {
        if !*self.connected {
            self.resync.due = None;
            return self.writer.send("QueueStatus", "queues", &[]).await;
        }
        match self.resync.left.pop() {
            Some(queue) => {
                self.plan_resync();
                self.writer.send("QueueStatus", "compare", &[("Queue", &queue)]).await
            }
            None => {
                self.resync.left = self.source.dialect.queues();
                self.plan_resync();
                self.writer.send("CoreShowChannels", "channels", &[]).await
            }
        }
    }

    fn plan_resync(&mut self) {
        let steps = self.source.dialect.queues().len() + 1;
        let step_ms = u64::try_from(self.source.config.resync.as_millis()).unwrap_or(u64::MAX) / steps as u64;
        let now = self.clock.now();
        self.resync.due = Some(now.plus(i64::try_from(jittered(step_ms, now)).unwrap_or(i64::MAX)));
    }

    /// Says that gaps will stay open before there is one.
    async fn look_for_queue_log(&mut self) {
        let AmiConfig { source, queue_log: Some(path), .. } = &self.source.config else { return };
        if let Err(error) = tokio::fs::File::open(path).await {
            tracing::warn!(
                source,
                path = %path.display(),
                %error,
                "could not read the queue_log, so gaps stay open; look at queue_log of the source and at the file's rights"
            );
        }
    }

    /// Tells of the time in which nobody listened, and what the queue_log knows of it.
    async fn gap(&mut self) -> Vec<Event<'static>> {
        let Some(from_at) = self.source.heard_until.max(self.source.dialect.last_seen_at()) else { return Vec::new() };
        let to_at = self.clock.now().plus(self.source.dialect.skew_ms()).max(from_at);
        let gap = |reason: Option<String>| SourceGap { from_at, to_at, reason: reason.map(Into::into) };
        let mut events = self.source.dialect.tell(Body::SourceGap(gap(Some("the manager was not connected".to_owned()))), self.clock.now());
        let Some(path) = self.source.config.queue_log.clone() else { return events };
        let (source, file) = (self.source.config.source.clone(), path.clone());
        let found = match tokio::task::spawn_blocking(move || past(&source, &file, from_at, to_at)).await {
            Ok(found) => found,
            Err(ended) => Err(std::io::Error::other(ended)),
        };
        match found {
            Ok(found) => {
                events.extend(self.source.dialect.catch_up(found.missed));
                if found.covers_from.is_some_and(|covers_from| covers_from <= from_at) {
                    events.extend(self.source.dialect.tell(Body::SourceGapFilled(gap(None)), self.clock.now()));
                } else {
                    let covers_from = found.covers_from.map(|at| at.to_string()).unwrap_or_default();
                    tracing::warn!(path = %path.display(), %from_at, covers_from, "the queue_log and its rotated files do not reach back to the gap");
                }
            }
            Err(error) => tracing::warn!(path = %path.display(), %error, "could not fill the gap from the queue_log"),
        }
        events
    }

    async fn hand_over(
        &mut self,
        events: Vec<Event<'static>>,
        rejected: Vec<Rejected>,
        remember: bool,
        deliver: &mut impl Deliver<AmiMemory>,
    ) -> Result<(), AmiError> {
        if events.is_empty() && rejected.is_empty() && !remember {
            return Ok(());
        }
        let position = remember.then(|| self.source.memory());
        Ok(deliver.deliver(Delivery { events, rejected, position }).await?)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
