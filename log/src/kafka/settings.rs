//! How the log in Kafka is reached, and what its topics must be.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use callboard_domain::time::MINUTE_MS;
use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::Error;

/// Properties that the log's promises rest on: nobody else may set them.
const OURS: [&str; 16] = [
    "acks",
    "allow.auto.create.topics",
    "auto.offset.reset",
    "bootstrap.servers",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "message.timeout.ms",
    "partition.assignment.strategy",
    "partitioner",
    "queue.buffering.max.kbytes",
    "queue.buffering.max.messages",
    "request.required.acks",
];

/// How a log in Kafka is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// `host:port,host:port`: any of the cluster's brokers.
    pub bootstrap: String,
    /// Topic of the events.
    pub topic: String,
    /// Topic of what is no event; made with one partition.
    pub rejects: String,
    /// How many partitions keys go to, and how many a topic that is made has: for as long as the log lives, the same on
    /// every node. More of them spread the work of history over more workers.
    pub partitions: i32,
    /// Copies of every partition of a topic that is made; -1 is the cluster's own setting.
    pub replication: i32,
    /// How long a topic that is made keeps its records, in days.
    pub keep_days: u32,
    /// An append that the brokers have not confirmed after this fails, and may be sent again. Waiting for room
    /// before it may take as long once more.
    pub timeout: Duration,
    /// Bytes of events that wait for the brokers; further senders wait in `append`.
    pub queue_bytes: usize,
    /// Bytes that a reader fetches ahead for one partition.
    pub ahead_bytes: usize,
    /// Folder of the index of ids, which can be deleted: it is made again from the topic.
    pub index: PathBuf,
    /// Ids that de-duplication holds in memory, about 50 to 80 bytes each.
    pub max_ids: usize,
    /// How often readers look for partitions that were added.
    pub partitions_every: Duration,
    /// A partition that answers nothing for this long no longer holds the others back.
    pub patience: Duration,
    /// An event may be this far ahead of its arrival, ms.
    pub ahead_ms: i64,
    /// Whether readers keep what is no event in the topic of rejects; one node of a role is enough.
    pub keep_rejects: bool,
    /// Further properties of librdkafka, by its own names: `security.protocol` (`ssl`, `sasl_ssl`), `ssl.ca.location`,
    /// `ssl.certificate.location`, `ssl.key.location`, `sasl.mechanism` (`PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512`,
    /// `OAUTHBEARER`), `sasl.username`, `sasl.password`, `client.rack`, `linger.ms`, `compression.type` and so on.
    pub properties: BTreeMap<String, String>,
}

impl Options {
    /// The usual values; `index` is a folder of this node.
    #[must_use]
    pub fn new(bootstrap: impl Into<String>, index: impl Into<PathBuf>) -> Self {
        Self {
            bootstrap: bootstrap.into(),
            topic: "callboard-events".to_owned(),
            rejects: "callboard-rejected".to_owned(),
            partitions: 12,
            replication: -1,
            keep_days: 90,
            timeout: Duration::from_secs(10),
            queue_bytes: 64 * 1024 * 1024,
            ahead_bytes: 8 * 1024 * 1024,
            index: index.into(),
            max_ids: 1_000_000,
            partitions_every: Duration::from_secs(30),
            patience: Duration::from_secs(10),
            ahead_ms: 5 * MINUTE_MS,
            keep_rejects: true,
            properties: BTreeMap::new(),
        }
    }

    /// How many partitions keys go to.
    pub(super) fn homes(&self) -> u32 {
        u32::try_from(self.partitions).unwrap_or(1).max(1)
    }

    /// What every client is told.
    pub(super) fn client(&self) -> Result<ClientConfig, Error> {
        self.config(&[])
    }

    /// Our usual values, then whoever runs this, then what the log's promises rest on.
    fn config(&self, usual: &[(&str, &str)]) -> Result<ClientConfig, Error> {
        if let Some(name) = self.properties.keys().find(|name| OURS.contains(&name.as_str())) {
            return Err(Error::Property { name: name.clone() });
        }
        let mut config = ClientConfig::new();
        config.set("client.id", "callboard");
        config.set("reconnect.backoff.ms", "50").set("reconnect.backoff.max.ms", "1000");
        // Usual of librdkafka: 5 minutes; a leader that moved or a partition that was added is found sooner.
        config.set("topic.metadata.refresh.interval.ms", "30000");
        for (name, value) in usual {
            config.set(*name, *value);
        }
        for (name, value) in &self.properties {
            config.set(name, value);
        }
        config.set("bootstrap.servers", &self.bootstrap).set("allow.auto.create.topics", "false");
        Ok(config)
    }

    /// What the producer is told besides.
    pub(super) fn producer(&self) -> Result<ClientConfig, Error> {
        let mut config = self.config(&[("linger.ms", "5"), ("compression.type", "lz4"), ("batch.size", "1000000")])?;
        config.set("acks", "all").set("enable.idempotence", "true");
        config.set("message.timeout.ms", self.timeout.as_millis().to_string());
        // The bound is our own, in bytes, so that a sender waits instead of being refused.
        config.set("queue.buffering.max.messages", "10000000").set("queue.buffering.max.kbytes", "2097151");
        Ok(config)
    }

    /// What a reader that owns partitions by itself is told besides.
    pub(super) fn consumer(&self) -> Result<ClientConfig, Error> {
        // An event reaches the wall as soon as it is there.
        let mut config = self.config(&[("fetch.wait.max.ms", "100"), ("fetch.min.bytes", "1"), ("fetch.error.backoff.ms", "100")])?;
        // Without a group librdkafka assigns nothing; no offset is ever committed under this name.
        config.set("group.id", "callboard-reader").set("enable.auto.commit", "false").set("enable.auto.offset.store", "false");
        config.set("enable.partition.eof", "true").set("auto.offset.reset", "error").set("isolation.level", "read_committed");
        config.set("queued.max.messages.kbytes", (self.ahead_bytes / 1024).clamp(1, 2_097_151).to_string());
        config.set("queued.min.messages", "20000");
        Ok(config)
    }

    /// What a member of a group is told besides. `instance` is a name that it keeps over restarts: the group gives a
    /// member that comes back within the session's time what it had, without asking the others.
    pub(super) fn member(&self, group: &str, instance: &str) -> Result<ClientConfig, Error> {
        let mut config = self.config(&[("session.timeout.ms", "45000"), ("heartbeat.interval.ms", "3000")])?;
        config.set("group.id", group).set("group.instance.id", instance).set("partition.assignment.strategy", "cooperative-sticky");
        config.set("enable.auto.commit", "false").set("enable.auto.offset.store", "false").set("auto.offset.reset", "earliest");
        Ok(config)
    }
}

/// Says in our own log what librdkafka has to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => tracing::error!(facility, "{message}"),
            // A broker that is away is an everyday event; who needs it says so.
            RDKafkaLogLevel::Error | RDKafkaLogLevel::Warning => tracing::warn!(facility, "{message}"),
            RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => tracing::debug!(facility, "{message}"),
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        // Whoever reads to the end is told so by this way too.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::PartitionEOF) {
            tracing::warn!(%error, "kafka: {reason}");
        }
    }
}

impl ConsumerContext for Quiet {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_promises_rest_on_cannot_be_set_and_the_rest_passes_through() {
        let mut options = Options::new("a:1", "index");
        options.properties.insert("sasl.username".into(), "callboard".into());
        options.properties.insert("linger.ms".into(), "20".into());
        let config = options.producer().unwrap();
        assert_eq!((config.get("sasl.username"), config.get("linger.ms"), config.get("acks")), (Some("callboard"), Some("20"), Some("all")));
        options.properties.insert("acks".into(), "1".into());
        let error = options.client().unwrap_err().to_string();
        assert!(error.contains("acks"), "{error}");
    }
}
