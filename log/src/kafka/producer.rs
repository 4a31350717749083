//! The writing half: batches become records, and an append resolves when the brokers have confirmed all of them.
//!
//! One room of bytes stands before librdkafka's queue: a sender that finds it full waits, and is refused after a
//! while, so that memory stays bounded while brokers are away.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};

use super::cursor;
use super::home::home;
use super::settings::{Options, Quiet};
use crate::{Batch, Error, Rejected};

/// What librdkafka needs for a record besides its bytes.
const RECORD_BYTES: usize = 256;
/// Room is counted in pieces of this size.
const PIECE_BYTES: usize = 1024;

type Client = ThreadedProducer<Deliveries>;
type Answer = Result<(), KafkaError>;

/// Sends batches to the brokers.
pub(super) struct Producer {
    options: Options,
    /// Replaced after an error that the client does not survive.
    client: Mutex<Client>,
    room: Semaphore,
    pieces: usize,
}

/// Hears of every record's fate, on the client's thread.
struct Deliveries;

/// Records whose fate one append waits for.
struct Pending {
    left: AtomicUsize,
    failure: OnceLock<KafkaError>,
    done: Mutex<Option<oneshot::Sender<Answer>>>,
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        Quiet.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        Quiet.error(error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Arc<Pending>;

    fn delivery(&self, result: &DeliveryResult<'_>, pending: Arc<Pending>) {
        pending.concluded(1, result.as_ref().err().map(|(error, _)| error.clone()));
    }
}

impl Pending {
    fn new(records: usize) -> (Arc<Self>, oneshot::Receiver<Answer>) {
        let (done, answer) = oneshot::channel();
        (Arc::new(Self { left: AtomicUsize::new(records), failure: OnceLock::new(), done: Mutex::new(Some(done)) }), answer)
    }

    /// Notes the fate of some records; the last one answers.
    fn concluded(&self, records: usize, failure: Option<KafkaError>) {
        if let Some(failure) = failure {
            self.failure.get_or_init(|| failure);
        }
        if self.left.fetch_sub(records, Ordering::AcqRel) > records {
            return;
        }
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(done) = done {
            // A caller that no longer waits needs no answer.
            let _ = done.send(self.failure.get().cloned().map_or(Ok(()), Err));
        }
    }
}

impl Producer {
    pub(super) fn new(options: &Options) -> Result<Self, Error> {
        let pieces = (options.queue_bytes / PIECE_BYTES).max(1);
        Ok(Self { client: Mutex::new(client(options)?), room: Semaphore::new(pieces), pieces, options: options.clone() })
    }

    /// Resolves once every line of the batch that is not `known`, and every refused line, is confirmed by all
    /// in-sync replicas. What tells of a source goes to every partition that keys go to.
    pub(super) async fn append(&self, batch: &Batch, known: &[bool]) -> Result<(), Error> {
        let copies = |of_source: bool| if of_source { self.options.homes() as usize } else { 1 };
        let events: usize = batch.marks.iter().zip(known).filter(|(_, known)| !**known).map(|(mark, _)| copies(mark.of_source)).sum();
        let records = events + batch.rejected.len();
        if records == 0 {
            return Ok(());
        }
        // Given back when the brokers have answered for the last record.
        let _room = self.room_for(batch.bytes() + records * RECORD_BYTES).await?;
        let answer = {
            let (pending, answer) = Pending::new(records);
            self.send_events(batch, known, &pending, events);
            self.send_rejected(&batch.rejected, &pending);
            answer
        };
        self.concluded(answer.await)
    }

    /// Sends refused lines and waits for the brokers; for a thread of its own.
    pub(super) fn reject_blocking(&self, rejected: &[Rejected]) -> Result<(), Error> {
        if rejected.is_empty() {
            return Ok(());
        }
        let (pending, answer) = Pending::new(rejected.len());
        self.send_rejected(rejected, &pending);
        self.concluded(super::waiting::block_on(answer))
    }

    /// Waits for what is under way.
    pub(super) fn flush(&self) -> Result<(), Error> {
        self.client().flush(self.options.timeout).map_err(|e| Error::kafka("flush", &self.options, e))
    }

    async fn room_for(&self, bytes: usize) -> Result<SemaphorePermit<'_>, Error> {
        let pieces = bytes.div_ceil(PIECE_BYTES).min(self.pieces);
        let room = self.room.acquire_many(u32::try_from(pieces).unwrap_or(u32::MAX));
        match tokio::time::timeout(self.options.timeout, room).await {
            Ok(Ok(room)) => Ok(room),
            // The semaphore is never closed: both mean that no room came in time.
            Ok(Err(_)) | Err(_) => Err(self.away("the queue of events that wait for the brokers stayed full".to_owned())),
        }
    }

    /// `left` records are to be sent.
    fn send_events(&self, batch: &Batch, known: &[bool], pending: &Arc<Pending>, mut left: usize) {
        let client = self.client();
        let mut begin = 0;
        let mut key_begin = 0;
        for (mark, known) in batch.marks.iter().zip(known) {
            // The line feed is the buffer's, not the event's.
            let line = batch.text.get(begin..mark.end.saturating_sub(1)).unwrap_or_default();
            let key = batch.keys.get(key_begin..mark.key_end).unwrap_or_default();
            (begin, key_begin) = (mark.end, mark.key_end);
            if *known {
                continue;
            }
            let homes = self.options.homes();
            let home = home(key, homes);
            for partition in if mark.of_source { 0..homes } else { home..home + 1 } {
                let record = BaseRecord::with_opaque_to(&self.options.topic, Arc::clone(pending)).key(key).payload(line);
                let record = record.partition(cursor::number(partition as usize));
                if let Err((error, _)) = client.send(record) {
                    // What follows is not sent: it would overtake this one.
                    return pending.concluded(left, Some(error));
                }
                left -= 1;
            }
        }
    }

    fn send_rejected(&self, rejected: &[Rejected], pending: &Arc<Pending>) {
        let client = self.client();
        for line in rejected {
            let received = line.received_at.to_string();
            let headers = [("reason", &line.reason), ("source", &line.source), ("place", &line.place), ("received_at", &received)];
            let headers = headers
                .into_iter()
                .fold(OwnedHeaders::new_with_capacity(4), |all, (key, value)| all.insert(Header { key, value: Some(value.as_bytes()) }));
            let record = BaseRecord::with_opaque_to(&self.options.rejects, Arc::clone(pending)).partition(0);
            if let Err((error, _)) = client.send(record.key(line.place.as_bytes()).payload(line.raw.as_slice()).headers(headers)) {
                pending.concluded(1, Some(error));
            }
        }
    }

    fn concluded(&self, answer: Result<Answer, oneshot::error::RecvError>) -> Result<(), Error> {
        let error = match answer {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error,
            Err(_) => KafkaError::Canceled,
        };
        self.renew_if_broken()?;
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::MessageSizeTooLarge | RDKafkaErrorCode::InvalidRecord) => {
                Err(Error::Refused { topic: self.options.topic.clone(), source: Arc::new(error) })
            }
            _ => Err(self.away(error.to_string())),
        }
    }

    /// An idempotent client stops for good when it can no longer tell what the brokers hold. The senders repeat
    /// what was not confirmed, readers drop what comes twice, so a new client may go on.
    fn renew_if_broken(&self) -> Result<(), Error> {
        let mut slot = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((code, reason)) = slot.client().fatal_error() {
            tracing::warn!(%code, "kafka: the producer is made anew: {reason}");
            *slot = client(&self.options)?;
        }
        Ok(())
    }

    /// Records that the client holds.
    #[cfg(test)]
    pub(super) fn queued(&self) -> i32 {
        self.client().in_flight_count()
    }

    fn client(&self) -> Client {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn away(&self, what: String) -> Error {
        Error::Away { bootstrap: self.options.bootstrap.clone(), topic: self.options.topic.clone(), what }
    }
}

fn client(options: &Options) -> Result<Client, Error> {
    options.producer()?.create_with_context(Deliveries).map_err(|e| Error::kafka("make a producer for", options, e))
}
