//! The configuration file: where data lies, the zone, queues with their dated targets, sources.
//!
//! Everything has a default, so an empty file and no file are the same. What figures depend on is kept beside the
//! data too (`remembered.rs`), so that a command without a file measures as the last one did.

mod remembered;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use callboard_admin::Centre;
use callboard_admin::words::Text;
use callboard_analytics::settings::{self, QueueRule, QueueSettings, Settings};
use callboard_desk::{queue_targets, recordings, voicemail};
use callboard_domain::Timestamp;
use callboard_ingest::agents::AgentRules;
use callboard_objects::S3;
use callboard_store::history::Day;
use callboard_wallboard::board::{Head, Notice, Words};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::roles::Roles;

/// `callboard.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What this node does; everything where it says nothing.
    pub(crate) roles: Roles,
    /// Its name among nodes, which it keeps over restarts; made up and kept in the data folder where there is none.
    pub(crate) node: Option<String>,
    /// Address to listen on.
    pub(crate) listen: SocketAddr,
    /// Data folder.
    pub(crate) data: PathBuf,
    /// Zone of the business day and of boards.
    pub(crate) zone: String,
    /// The centre's name on walls.
    pub(crate) title: Title,
    /// What the organisation says on walls, as far as this process has read it.
    #[serde(skip)]
    pub(crate) notices: Vec<Notice>,
    /// Queues in the order of lists.
    pub(crate) queues: Vec<Queue>,
    /// What the organisation says of queues, as far as this process has read it.
    #[serde(skip)]
    pub(crate) organisation: Vec<Queue>,
    /// Titles that it gives to reasons for a pause.
    #[serde(skip)]
    pub(crate) pauses: BTreeMap<Arc<str>, settings::Title>,
    /// The first day of which calls are kept, if not for ever, since the organisation said so.
    #[serde(skip)]
    pub(crate) kept_from: Option<Day>,
    /// Where events come from, besides the API.
    pub(crate) sources: Vec<Source>,
    /// Titles of sources, by name.
    pub(crate) source_titles: HashMap<String, Title>,
    /// How long the raw log is kept.
    pub(crate) log: LogConfig,
    /// Where closed rows are kept.
    pub(crate) history: HistoryConfig,
    /// Where what was committed to ClickHouse is kept for whoever starts next.
    pub(crate) snapshots: SnapshotsConfig,
    /// Organisation and rights.
    pub(crate) admin: AdminConfig,
    /// Where web hooks may post to.
    pub(crate) hooks: callboard_hooks::Settings,
    /// Where the switchboard keeps recordings.
    pub(crate) recordings: recordings::Settings,
    /// Where it keeps messages that callers left.
    pub(crate) voicemail: voicemail::Settings,
}

/// Organisation and rights.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AdminConfig {
    /// Nobody signs in and everybody may do everything; on this machine's own address only.
    pub(crate) open: bool,
    /// `postgres://user@host/database` of the settings; a file in the data folder where there is none.
    pub(crate) settings: Option<String>,
    /// Name of the environment variable that holds that URL, where it has a password.
    pub(crate) settings_env: Option<String>,
    /// Browsers reach the server over TLS: cookies are sent over nothing else.
    pub(crate) secure_cookies: bool,
    /// The file of keys for secrets; `settings.key` in the data folder where there is none.
    pub(crate) key: Option<PathBuf>,
    /// Name of the environment variable that holds those keys, as the file would.
    pub(crate) key_env: Option<String>,
    /// The provider of identities.
    pub(crate) oidc: Option<callboard_signon::Settings>,
}

/// A title in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Title {
    pub(crate) zh: String,
    pub(crate) en: String,
}

/// One queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Queue {
    /// Its name in events.
    name: String,
    title_zh: Option<String>,
    title_en: Option<String>,
    /// The target and short limit since ever, or dated rules.
    target: Option<String>,
    short: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rules: Vec<Rule>,
}

/// A target that holds from a time on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    from: Timestamp,
    target: String,
    short: Option<String>,
}

/// Where events come from.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Source {
    /// A queue_log that grows and rotates.
    AsteriskQueueLog {
        /// Name of the source.
        name: String,
        /// The file.
        path: PathBuf,
        #[serde(default)]
        agents: Agents,
    },
    /// Asterisk's manager interface.
    AsteriskAmi {
        /// Name of the source.
        name: String,
        /// `host:port`.
        address: String,
        /// Manager user.
        user: String,
        /// Name of the environment variable that holds its secret.
        secret_env: String,
        /// The queue_log to fill gaps from, where it can be read here.
        queue_log: Option<PathBuf>,
        #[serde(default)]
        agents: Agents,
    },
}

/// What no PBX tells about its agents.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Agents {
    /// Other names of an agent, and the name under which figures are kept.
    aliases: HashMap<String, String>,
    /// Work after a call, by queue, such as `30s`.
    wrap_up: HashMap<String, String>,
    /// Pause reasons that mean work after a call.
    wrap_up_reasons: Vec<String>,
}

/// Where the raw log is, and how long it keeps events.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LogConfig {
    /// Days that events are kept.
    pub(crate) keep_days: u32,
    /// Most bytes on disk.
    pub(crate) keep_bytes: u64,
    /// `host:port,host:port` of Kafka's brokers; without it the log lies in the data folder.
    pub(crate) kafka: Option<String>,
    /// Topic of the events.
    pub(crate) topic: Option<String>,
    /// Topic of what is no event.
    pub(crate) rejects: Option<String>,
    /// Partitions of a topic that is made.
    pub(crate) partitions: Option<i32>,
    /// Copies of a topic that is made.
    pub(crate) replication: Option<i32>,
    /// An append that the brokers have not confirmed by then is refused, ms.
    pub(crate) timeout_ms: Option<u64>,
    /// Properties of librdkafka, such as `security.protocol`.
    pub(crate) properties: BTreeMap<String, String>,
    /// Properties whose values stand in the environment: property = name of the variable.
    pub(crate) secrets: BTreeMap<String, String>,
}

/// Where closed rows are kept: in the data folder, or in ClickHouse.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HistoryConfig {
    /// `http://host:port` or `https://host:port` of ClickHouse; the data folder where there is none.
    pub(crate) clickhouse: Option<String>,
    /// File with the certificates of authorities that are trusted over TLS; the system's where there is none.
    pub(crate) ca: Option<PathBuf>,
    /// Its database, which must exist.
    pub(crate) database: String,
    /// User.
    pub(crate) user: Option<String>,
    /// Name of the environment variable that holds the password.
    pub(crate) password_env: Option<String>,
    /// Name of the cluster that the tables lie on.
    pub(crate) cluster: Option<String>,
    /// Days that rows are kept; for ever where there is no number.
    pub(crate) keep_days: Option<u32>,
    /// Name of the log in ClickHouse; where there is none, the topic of a log in Kafka, or made up and kept in the data folder.
    pub(crate) stream: Option<String>,
    /// Seconds after which closed rows go to history, however few.
    pub(crate) commit_every_s: u32,
}

/// Where snapshots are kept: only a cache, beside history in ClickHouse.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SnapshotsConfig {
    /// `file:///folder` or `s3://bucket/prefix`; the data folder where there is none.
    pub(crate) url: Option<String>,
    /// How to reach a bucket.
    pub(crate) s3: S3,
}

impl Default for HistoryConfig {
    fn default() -> Self {
        Self {
            clickhouse: None,
            ca: None,
            database: "default".into(),
            user: None,
            password_env: None,
            cluster: None,
            keep_days: None,
            stream: None,
            commit_every_s: 60,
        }
    }
}

impl Source {
    /// Its name in events.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::AsteriskQueueLog { name, .. } | Self::AsteriskAmi { name, .. } => name,
        }
    }

    /// What it is, as the configuration says it.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::AsteriskQueueLog { .. } => "asterisk-queue-log",
            Self::AsteriskAmi { .. } => "asterisk-ami",
        }
    }

    /// What it is told about its agents.
    pub(crate) fn rules(&self) -> anyhow::Result<AgentRules> {
        let (Self::AsteriskQueueLog { agents, .. } | Self::AsteriskAmi { agents, .. }) = self;
        let wrap_up = agents.wrap_up.iter().map(|(queue, span)| Ok((queue.clone(), span_ms(span)?)));
        Ok(AgentRules {
            aliases: agents.aliases.clone().into_iter().collect(),
            wrap_up_ms: wrap_up.collect::<anyhow::Result<_>>().with_context(|| format!("could not use the source {:?}", self.name()))?,
            wrap_up_reasons: agents.wrap_up_reasons.clone(),
        })
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            keep_days: 90,
            keep_bytes: 200 * 1024 * 1024 * 1024,
            kafka: None,
            topic: None,
            rejects: None,
            partitions: None,
            replication: None,
            timeout_ms: None,
            properties: BTreeMap::new(),
            secrets: BTreeMap::new(),
        }
    }
}

impl Default for Title {
    fn default() -> Self {
        Self { zh: "客户服务中心".into(), en: "Customer service centre".into() }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            roles: Roles::default(),
            node: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: "data".into(),
            zone: "Asia/Shanghai".into(),
            title: Title::default(),
            queues: Vec::new(),
            organisation: Vec::new(),
            notices: Vec::new(),
            pauses: BTreeMap::new(),
            kept_from: None,
            sources: Vec::new(),
            source_titles: HashMap::new(),
            log: LogConfig::default(),
            admin: AdminConfig::default(),
            hooks: callboard_hooks::Settings::default(),
            history: HistoryConfig::default(),
            snapshots: SnapshotsConfig::default(),
            recordings: recordings::Settings::default(),
            voicemail: voicemail::Settings::default(),
        }
    }
}

impl Config {
    /// Reads a file; without one, the defaults.
    ///
    /// # Errors
    /// When the file cannot be read or understood.
    pub fn load(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path).with_context(|| format!("could not read the configuration {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("could not understand the configuration {}", path.display()))
    }

    /// What the source of that name is told about its agents; nothing for one that is not configured.
    pub(crate) fn rules_of(&self, source: &str) -> anyhow::Result<AgentRules> {
        self.sources.iter().find(|s| s.name() == source).map_or_else(|| Ok(AgentRules::default()), Source::rules)
    }

    /// What walls and console are headed by, and the zone of their times.
    pub(crate) fn centre(&self) -> Centre {
        Centre { zone: self.zone.clone(), title: Text::new(self.title.en.as_str(), self.title.zh.as_str()) }
    }

    /// What walls say at their head and beside their alarms.
    pub(crate) fn head(&self) -> Head {
        Head { centre: Words { zh: self.title.zh.clone(), en: self.title.en.clone() }, notices: self.notices.clone() }
    }

    /// Names of sources to show on walls.
    pub(crate) fn source_titles(&self) -> HashMap<String, Words> {
        self.source_titles.iter().map(|(name, title)| (name.clone(), Words { zh: title.zh.clone(), en: title.en.clone() })).collect()
    }

    /// The titles of the demonstration's sources.
    pub(crate) fn demo_sources(&mut self) {
        let title = |zh: &str, en: &str| Title { zh: zh.into(), en: en.into() };
        for (name, words) in [("beijing", title("北京", "Beijing")), ("hefei", title("合肥", "Hefei")), ("agents", title("座席", "Agents"))] {
            self.source_titles.insert(name.into(), words);
        }
    }

    /// What the engine is told.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        let queues = self.queues.iter().map(Queue::settings).collect::<anyhow::Result<_>>()?;
        let mut settings = Settings { zone: zone(&self.zone)?, queues, pauses: self.pauses.clone(), ..Settings::default() };
        self.organisation.iter().try_for_each(|queue| queue.settings().map(|said| settings.join(said)))?;
        Ok(settings)
    }
}

impl Queue {
    fn settings(&self) -> anyhow::Result<QueueSettings> {
        let mut rules = Vec::new();
        if self.target.is_some() || self.short.is_some() {
            rules.push((Timestamp::from_millis(i64::MIN), rule(self.target.as_deref(), self.short.as_deref())?));
        }
        for dated in &self.rules {
            rules.push((dated.from, rule(Some(&dated.target), dated.short.as_deref())?));
        }
        rules.sort_by_key(|(from, _)| *from);
        Ok(QueueSettings {
            queue: self.name.clone(),
            title_zh: self.title_zh.clone().unwrap_or_else(|| self.name.clone()),
            title_en: self.title_en.clone().unwrap_or_else(|| self.name.clone()),
            rules,
        })
    }

    /// A queue as the organisation has it.
    pub(crate) fn of_organisation(name: &str, said: &queue_targets::Queue) -> Self {
        let dated = said.targets.iter();
        let rules = dated.map(|t| Rule { from: t.from_at, target: format!("{}s", t.target_s), short: Some(format!("{}s", t.short_limit_s)) });
        Self { name: name.into(), title_zh: said.name.clone(), title_en: said.name.clone(), target: None, short: None, rules: rules.collect() }
    }

    /// A queue with its titles and the usual target.
    pub(crate) fn titled(name: &str, title_zh: &str, title_en: &str) -> Self {
        Self { name: name.into(), title_zh: Some(title_zh.into()), title_en: Some(title_en.into()), target: None, short: None, rules: Vec::new() }
    }
}

fn rule(target: Option<&str>, short: Option<&str>) -> anyhow::Result<QueueRule> {
    let usual = QueueRule::default();
    Ok(QueueRule { target_ms: target.map_or(Ok(usual.target_ms), span_ms)?, short_ms: short.map_or(Ok(usual.short_ms), span_ms)? })
}

/// A span such as `20s` or `2 min`, in ms.
fn span_ms(text: &str) -> anyhow::Result<i64> {
    let span: jiff::SignedDuration = text.parse().with_context(|| format!("could not read {text:?} as a span such as 20s or 2min"))?;
    Ok(i64::try_from(span.as_millis())?)
}

/// The zone of that name.
pub(crate) fn zone(name: &str) -> anyhow::Result<TimeZone> {
    TimeZone::get(name).with_context(|| format!("no time zone is called {name:?}; names look like Asia/Shanghai"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_may_have_one_target_or_dated_ones() {
        let config: Config = toml::from_str(
            r#"
            zone = "Europe/Berlin"
            [[queues]]
            name = "cards"
            target = "30s"
            rules = [{ from = "2026-01-01T00:00:00Z", target = "10s", short = "3s" }]
            "#,
        )
        .unwrap();
        let settings = config.settings().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(settings.rule("cards", at("2025-12-31T23:59:59Z")).target_ms, 30_000);
        assert_eq!(settings.rule("cards", at("2026-01-01T00:00:00Z")), QueueRule { target_ms: 10_000, short_ms: 3_000 });
    }

    #[test]
    fn history_lies_in_the_data_folder_unless_clickhouse_is_named() {
        assert_eq!(Config::default().history.clickhouse, None);
        let config: Config = toml::from_str("[history]\nclickhouse = \"http://ch:8123\"\nkeep_days = 400").unwrap();
        assert_eq!((config.history.clickhouse.as_deref(), config.history.keep_days), (Some("http://ch:8123"), Some(400)));
        assert_eq!(config.history.database, "default");
    }

    #[test]
    fn web_hooks_reach_nothing_inside_unless_a_network_is_named() {
        assert_eq!((Config::default().hooks.allow.len(), Config::default().hooks.http), (0, false));
        let config: Config = toml::from_str("[hooks]\nallow = [\"10.1.0.0/16\", \"fd00:1::/64\"]\nports = [443]").unwrap();
        assert_eq!((config.hooks.allow[0].to_string().as_str(), config.hooks.ports.as_slice()), ("10.1.0.0/16", [443].as_slice()));
        assert!(toml::from_str::<Config>("[hooks]\nallow = [\"10.1\"]").is_err());
    }

    #[test]
    fn a_source_is_told_what_no_pbx_tells() {
        let text = r#"
            [[sources]]
            kind = "asterisk-queue-log"
            name = "beijing"
            path = "queue_log"
            agents = { aliases = { "SIP/1001" = "Li Na" }, wrap_up = { cards = "30s" }, wrap_up_reasons = ["acw"] }
        "#;
        let config: Config = toml::from_str(text).unwrap();
        let rules = config.rules_of("beijing").unwrap();
        assert_eq!((rules.aliases["SIP/1001"].as_str(), rules.wrap_up_ms["cards"]), ("Li Na", 30_000));
        assert!(config.rules_of("hefei").unwrap().wrap_up_ms.is_empty());
        let config: Config = toml::from_str(&text.replace("30s", "soon")).unwrap();
        assert!(format!("{:#}", config.rules_of("beijing").unwrap_err()).contains("soon"));
    }

    #[test]
    fn a_word_that_nobody_knows_is_an_error() {
        assert!(toml::from_str::<Config>("colour = 1").is_err());
        assert!(zone("Mars/Olympus").unwrap_err().to_string().contains("Mars/Olympus"));
    }
}
