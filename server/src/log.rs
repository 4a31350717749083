//! Which log a data folder works on: the embedded one in the folder, or a topic in Kafka.
//!
//! A folder whose log is in Kafka says so in `log.toml`, so that every command finds it and none begins a second log
//! beside it. Secrets are not written there, only the names of the variables that hold them.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use callboard_domain::Clock;
use callboard_ingest::log::{Embedded, Error, Kafka, Log, Options, Position, kafka};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::config::LogConfig;

/// Says where the log of a data folder is.
pub(crate) const NOTE: &str = "log.toml";
/// The embedded log's folder.
const EMBEDDED: &str = "log";

/// A log in Kafka, as `[log]` of the configuration and `log.toml` have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// `host:port,host:port`.
    kafka: String,
    topic: String,
    rejects: String,
    partitions: i32,
    replication: i32,
    keep_days: u32,
    timeout_ms: u64,
    properties: BTreeMap<String, String>,
    secrets: BTreeMap<String, String>,
}

/// An open log with what runs it.
pub(crate) struct Opened {
    pub(crate) log: Arc<dyn Log>,
    /// The embedded log, whose retention is ours; Kafka has its own.
    pub(crate) embedded: Option<Arc<Embedded>>,
    runs: Runs,
}

enum Runs {
    Writer(JoinHandle<Result<(), Error>>),
    Brokers(Kafka),
}

impl Place {
    /// Where the configuration puts the log; none for the data folder.
    fn of(config: &LogConfig) -> Option<Self> {
        let usual = kafka::Options::new("", "");
        Some(Self {
            kafka: config.kafka.clone()?,
            topic: config.topic.clone().unwrap_or(usual.topic),
            rejects: config.rejects.clone().unwrap_or(usual.rejects),
            partitions: config.partitions.unwrap_or(usual.partitions),
            replication: config.replication.unwrap_or(usual.replication),
            keep_days: config.keep_days,
            timeout_ms: config.timeout_ms.unwrap_or(10_000),
            properties: config.properties.clone(),
            secrets: config.secrets.clone(),
        })
    }

    fn options(self, folder: &Path) -> anyhow::Result<kafka::Options> {
        let mut options = kafka::Options::new(self.kafka, folder.join("ids"));
        (options.topic, options.rejects) = (self.topic, self.rejects);
        (options.partitions, options.replication, options.keep_days) = (self.partitions, self.replication, self.keep_days);
        options.timeout = Duration::from_millis(self.timeout_ms);
        options.properties = self.properties;
        for (property, variable) in self.secrets {
            let secret =
                std::env::var(&variable).map_err(|_| anyhow!("the environment variable {variable}, which holds Kafka's {property}, is not set"))?;
            options.properties.insert(property, secret);
        }
        Ok(options)
    }
}

/// Notes in the data folder where its log is. A folder keeps the log that it began with.
pub(crate) fn note(folder: &Path, config: &LogConfig) -> anyhow::Result<()> {
    let noted = noted(folder)?;
    let Some(place) = Place::of(config) else {
        if let Some(noted) = noted {
            bail!(
                "the log of {} is the topic {} on {}, but the configuration names none; add `[log] kafka`",
                folder.display(),
                noted.topic,
                noted.kafka
            );
        }
        return Ok(());
    };
    if noted.is_none() && folder.join(EMBEDDED).exists() {
        bail!("{} has a log of its own, which history was read from; begin with an empty folder to work on {}", folder.display(), place.kafka);
    }
    if let Some(noted) = &noted
        && noted.topic != place.topic
    {
        bail!("{} was read from the topic {}, not from {}; begin with an empty folder for another topic", folder.display(), noted.topic, place.topic);
    }
    if noted.as_ref() != Some(&place) {
        let text = toml::to_string(&place).context("could not write down where the log is")?;
        let path = folder.join(NOTE);
        crate::data::replace(&path, text.as_bytes()).with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(())
}

/// Opens the log of a data folder; the receiver turns true when it can take no more. `reached` is what history has
/// committed of it.
pub(crate) fn open(folder: &Path, reached: &Position, clock: &Arc<dyn Clock>) -> anyhow::Result<(Opened, watch::Receiver<bool>)> {
    let (fail, failed) = watch::channel(false);
    if let Some(place) = noted(folder)? {
        let log = Kafka::open(&place.options(folder)?, reached, Arc::clone(clock))?;
        // Brokers come back: such a log never fails for good.
        return Ok((Opened { log: Arc::new(log.clone()), embedded: None, runs: Runs::Brokers(log) }, failed));
    }
    if reached.partitions() > 1 {
        bail!(
            "the history of {} was read from a log in Kafka, and {NOTE} is gone; start `callboard serve` with `[log] kafka` once",
            folder.display()
        );
    }
    let mut options = Options::new(folder.join(EMBEDDED));
    options.must_reach = Some(reached.offset(0));
    let (log, writer) = Embedded::open(&options, Arc::clone(clock))?;
    let write = move || {
        let result = writer.run();
        if let Err(error) = &result {
            tracing::error!("{error}");
            fail.send_replace(true);
        }
        result
    };
    let writer = std::thread::Builder::new().name("log".into()).spawn(write).context("could not start the log's thread")?;
    Ok((Opened { log: log.clone(), embedded: Some(log), runs: Runs::Writer(writer) }, failed))
}

impl Opened {
    /// The log where it is in Kafka.
    pub(crate) const fn kafka(&self) -> Option<&Kafka> {
        match &self.runs {
            Runs::Brokers(log) => Some(log),
            Runs::Writer(_) => None,
        }
    }

    /// Ends once everything that waits is durable.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        if let Some(embedded) = &self.embedded {
            embedded.close().await?;
        }
        match self.runs {
            Runs::Writer(writer) => writer.join().map_err(|_| anyhow!("the log's thread panicked"))??,
            Runs::Brokers(log) => tokio::task::spawn_blocking(move || log.flush()).await.context("the log panicked")??,
        }
        Ok(())
    }
}

/// The name of the configured log that all its nodes know; none for a log in a data folder.
pub(crate) fn stream(config: &LogConfig) -> Option<String> {
    Place::of(config).map(|place| place.topic)
}

/// Whether a data folder has a log of its own.
pub(crate) fn is_there(folder: &Path) -> bool {
    folder.join(EMBEDDED).exists()
}

/// Whether the log of a data folder is in Kafka.
pub(crate) fn is_in_kafka(folder: &Path) -> anyhow::Result<bool> {
    Ok(noted(folder)?.is_some())
}

fn noted(folder: &Path) -> anyhow::Result<Option<Place>> {
    let path = folder.join(NOTE);
    match std::fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text).map(Some).with_context(|| format!("could not understand {}", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> LogConfig {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_folder_keeps_the_log_that_it_began_with() {
        let folder = std::env::temp_dir().join(format!("callboard-log-{}", std::process::id()));
        let refusal = |text: &str| note(&folder, &config(text)).unwrap_err().to_string();
        note(&folder, &config("")).unwrap();
        note(&folder, &config("kafka = 'a:1'\ntopic = 't'\nsecrets = { 'sasl.password' = 'SECRET' }")).unwrap();
        note(&folder, &config("kafka = 'a:1,b:1'\ntopic = 't'")).unwrap();
        assert_eq!(noted(&folder).unwrap().map(|p| p.kafka), Some("a:1,b:1".to_owned()));
        assert!(refusal("").contains("the topic t on a:1,b:1"));
        assert!(refusal("kafka = 'a:1'").contains("was read from the topic t"));
        std::fs::remove_file(folder.join(NOTE)).unwrap();
        std::fs::create_dir(folder.join(EMBEDDED)).unwrap();
        assert!(refusal("kafka = 'a:1'").contains("has a log of its own"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
