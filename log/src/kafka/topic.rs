//! The two topics: made with the right settings, or checked and explained.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, ConfigResource, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::metadata::MetadataTopic;

use super::settings::{Options, Quiet};
use super::waiting::block_on;
use crate::Error;

const DAY_MS: u64 = 24 * 3_600 * 1_000;
/// A line has at most 64 KiB; a batch of them may be larger.
const MAX_MESSAGE_BYTES: u64 = 1024 * 1024;

/// What a topic was found to be.
struct Found<'a> {
    config: &'a ConfigResource,
    partitions: usize,
    /// Copies of the partition that has the fewest.
    replicas: usize,
}

/// Makes the topics that are missing and checks both; what is odd and can be lived with is returned.
pub(super) fn prepare(options: &Options) -> Result<Vec<String>, Error> {
    let admin: AdminClient<Quiet> = options.client()?.create_with_context(Quiet).map_err(|e| Error::kafka("make a client for", options, e))?;
    let mut odd = Vec::new();
    for (topic, partitions) in [(&options.topic, options.partitions), (&options.rejects, 1)] {
        if missing(&admin, options, topic)? {
            make(&admin, options, topic, partitions)?;
        }
        odd.extend(check(&admin, options, topic, partitions)?);
    }
    Ok(odd)
}

fn describe<T>(admin: &AdminClient<Quiet>, options: &Options, topic: &str, read: impl FnOnce(&MetadataTopic) -> T) -> Result<Option<T>, Error> {
    let metadata = admin.inner().fetch_metadata(Some(topic), options.timeout).map_err(|e| Error::kafka("look at", options, e))?;
    Ok(metadata.topics().iter().find(|t| t.name() == topic && t.error().is_none() && !t.partitions().is_empty()).map(read))
}

fn missing(admin: &AdminClient<Quiet>, options: &Options, topic: &str) -> Result<bool, Error> {
    Ok(describe(admin, options, topic, |_| ())?.is_none())
}

fn make(admin: &AdminClient<Quiet>, options: &Options, topic: &str, partitions: i32) -> Result<(), Error> {
    let keep_ms = (u64::from(options.keep_days) * DAY_MS).to_string();
    let max_bytes = MAX_MESSAGE_BYTES.to_string();
    let mut new = NewTopic::new(topic, partitions, TopicReplication::Fixed(options.replication))
        .set("cleanup.policy", "delete")
        .set("retention.ms", &keep_ms)
        .set("message.timestamp.type", "LogAppendTime")
        .set("max.message.bytes", &max_bytes)
        .set("unclean.leader.election.enable", "false");
    if options.replication >= 3 {
        new = new.set("min.insync.replicas", "2");
    }
    let asked = admin.create_topics([&new], &AdminOptions::new().request_timeout(Some(options.timeout)).operation_timeout(Some(options.timeout)));
    let made = block_on(asked).map_err(|e| Error::kafka("make", options, e))?;
    match made.into_iter().next() {
        // Another node was quicker.
        None | Some(Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => {}
        Some(Err((topic, code))) => return Err(Error::Topic { topic, problems: vec![format!("it cannot be made: {code}")] }),
    }
    // The answer may come before every broker knows the topic.
    for _ in 0..50 {
        if !missing(admin, options, topic)? {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(Error::Topic { topic: topic.to_owned(), problems: vec!["it was made, but no broker serves it".to_owned()] })
}

fn check(admin: &AdminClient<Quiet>, options: &Options, topic: &str, partitions: i32) -> Result<Vec<String>, Error> {
    let counts = |t: &MetadataTopic| (t.partitions().len(), t.partitions().iter().map(|p| p.replicas().len()).min().unwrap_or(0));
    let (found, replicas) = describe(admin, options, topic, counts)?.unwrap_or_default();
    let resource = ResourceSpecifier::Topic(topic);
    let asked = admin.describe_configs([&resource], &AdminOptions::new().request_timeout(Some(options.timeout)));
    let described = block_on(asked).map_err(|e| Error::kafka("look at", options, e))?;
    let Some(Ok(config)) = described.into_iter().next() else {
        return Err(Error::Topic {
            topic: topic.to_owned(),
            problems: vec!["its settings cannot be read: the right DescribeConfigs is missing".to_owned()],
        });
    };
    let (mut wrong, odd) = judge(&Found { config: &config, partitions: found, replicas }, u64::from(options.keep_days) * DAY_MS);
    if found < usize::try_from(partitions).unwrap_or(0) {
        wrong.push(format!(
            "it has {found} partitions, and keys would go to {partitions}: set `[log] partitions = {found}`, the same on every node, for as long as \
             the log lives"
        ));
    }
    if !wrong.is_empty() {
        return Err(Error::Topic { topic: topic.to_owned(), problems: wrong });
    }
    Ok(odd.into_iter().map(|what| format!("topic {topic}: {what}")).collect())
}

/// What is wrong, and what is odd.
fn judge(found: &Found<'_>, keep_ms: u64) -> (Vec<String>, Vec<String>) {
    let text = |name: &str| found.config.get(name).and_then(|e| e.value.as_deref()).unwrap_or_default();
    let number = |name: &str| text(name).parse::<i64>().ok();
    let (mut wrong, mut odd) = (Vec::new(), Vec::new());
    if text("cleanup.policy") != "delete" {
        wrong.push(format!("cleanup.policy is {:?}, which drops all but the last event of a call; set it to delete", text("cleanup.policy")));
    }
    if text("message.timestamp.type") != "LogAppendTime" {
        let is = text("message.timestamp.type");
        wrong.push(format!("message.timestamp.type is {is:?}: retention would go by what senders say; set it to LogAppendTime"));
    }
    if number("max.message.bytes").is_some_and(|bytes| bytes < MAX_MESSAGE_BYTES.cast_signed()) {
        let is = text("max.message.bytes");
        wrong.push(format!("max.message.bytes is {is}: batches of events would be refused; set it to {MAX_MESSAGE_BYTES} or more"));
    }
    let in_sync = number("min.insync.replicas").and_then(|n| usize::try_from(n).ok()).unwrap_or(1);
    if in_sync > found.replicas {
        wrong.push(format!("min.insync.replicas is {in_sync}, but a partition has {}: no append could be confirmed", copies(found.replicas)));
    } else if found.replicas == 1 {
        odd.push("every partition has 1 copy: the loss of a broker's disk loses acknowledged events".to_owned());
    } else if in_sync < 2 {
        odd.push("min.insync.replicas is 1: an append is confirmed by one broker alone; set it to 2".to_owned());
    }
    if number("retention.ms").is_some_and(|ms| ms >= 0 && ms.cast_unsigned() < keep_ms) {
        odd.push(format!(
            "retention.ms is {}, shorter than the {keep_ms} asked for; what history has not read by then is lost",
            text("retention.ms")
        ));
    }
    if number("retention.bytes").is_some_and(|bytes| bytes >= 0) {
        odd.push(format!("retention.bytes is {}: a busy day may drop what history has not read", text("retention.bytes")));
    }
    if text("unclean.leader.election.enable") == "true" {
        odd.push("unclean.leader.election.enable is true: acknowledged events can be lost; set it to false".to_owned());
    }
    if found.partitions == 0 {
        wrong.push("it has no partition".to_owned());
    }
    (wrong, odd)
}

fn copies(replicas: usize) -> String {
    format!("{replicas} {}", if replicas == 1 { "copy" } else { "copies" })
}
