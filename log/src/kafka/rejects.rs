//! The topic of what is no event: read back for people to look at.

use std::time::Duration;

use callboard_domain::Timestamp;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use super::settings::{Options, Quiet};
use crate::{Error, Rejected};

/// Longest wait for the next record.
const WAIT: Duration = Duration::from_millis(500);

/// Refused lines from number `from` on; a line's number is its offset plus 1.
pub(super) fn read(options: &Options, from: u64, max: usize) -> Result<Vec<Rejected>, Error> {
    let failed = |e| Error::kafka("read the rejects of", options, e);
    let consumer: BaseConsumer<Quiet> = options.consumer()?.create_with_context(Quiet).map_err(failed)?;
    let (low, high) = consumer.fetch_watermarks(&options.rejects, 0, options.timeout).map_err(failed)?;
    let start = i64::try_from(from.saturating_sub(1)).unwrap_or(i64::MAX).max(low);
    let mut lines = Vec::new();
    if start >= high {
        return Ok(lines);
    }
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(&options.rejects, 0, Offset::Offset(start)).map_err(failed)?;
    consumer.assign(&list).map_err(failed)?;
    let mut silences = 0;
    while lines.len() < max {
        match consumer.poll(WAIT) {
            Some(Ok(message)) => lines.push(line(&message)),
            Some(Err(KafkaError::PartitionEOF(_))) => break,
            Some(Err(error)) => tracing::warn!(%error, "kafka: while reading {}", options.rejects),
            None if WAIT * silences > options.timeout => return Err(failed(KafkaError::Canceled)),
            None => silences += 1,
        }
    }
    Ok(lines)
}

fn line(message: &BorrowedMessage<'_>) -> Rejected {
    let header = |name: &str| {
        let found = message.headers().and_then(|headers| headers.iter().find(|h| h.key == name)).and_then(|h| h.value);
        found.map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
    };
    let arrived_at = Timestamp::from_millis(message.timestamp().to_millis().unwrap_or(0));
    Rejected {
        number: u64::try_from(message.offset()).unwrap_or(0) + 1,
        received_at: header("received_at").parse().unwrap_or(arrived_at),
        source: header("source"),
        place: header("place"),
        reason: header("reason"),
        raw: message.payload().unwrap_or_default().to_vec(),
    }
}
