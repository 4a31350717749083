//! A real Apache Kafka: one broker in KRaft mode, from the jars of Maven Central.
//!
//! Maven brings the jars that `kafka/pom.xml` names, by whatever settings the machine has; `kafka/jars.sha256`
//! says what they must be. A test that only reads and writes shares a broker, one that hurts it starts its own.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::{Supervised, maven};

/// The broker's version; names the cache folder.
const VERSION: &str = "4.4.0";
const POM: &str = include_str!("../kafka/pom.xml");
const SUMS: &str = include_str!("../kafka/jars.sha256");
/// What the broker says once clients may come.
const READY: &str = "Kafka Server started";
/// How often start-up is looked at, and how long it may take at most on a busy machine.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: u32 = 1_800;
const MEMORY: &str = "-Xmx320m";

/// A broker that belongs to whoever started it; it ends with this value.
#[derive(Debug)]
pub struct Kafka {
    program: Supervised,
    bootstrap: String,
}

/// Brings the jars unless the cache has them; their folder.
///
/// # Errors
/// When Maven is missing or fails, or a jar is not the one that is written down.
pub fn fetch() -> anyhow::Result<PathBuf> {
    maven::jars(&format!("kafka-{VERSION}"), POM, SUMS)
}

/// The bootstrap address of a broker that all tests of this process share: the one that `CALLBOARD_TEST_KAFKA`
/// names, or one that is started on first use.
///
/// # Errors
/// When it cannot be fetched or started.
pub fn shared() -> anyhow::Result<String> {
    static SHARED: OnceLock<Kafka> = OnceLock::new();
    static STARTING: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);
    if let Ok(address) = std::env::var("CALLBOARD_TEST_KAFKA") {
        return Ok(address);
    }
    let _one_at_a_time = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kafka) = SHARED.get() {
        return Ok(kafka.bootstrap.clone());
    }
    let kafka = Kafka::start(&[])?;
    Ok(SHARED.get_or_init(|| kafka).bootstrap.clone())
}

impl Kafka {
    /// Starts a broker of its own, with more settings of `server.properties` where a test needs them.
    ///
    /// # Errors
    /// When it cannot be fetched, formatted or started.
    pub fn start(more: &[(&str, &str)]) -> anyhow::Result<Self> {
        let jars = fetch()?;
        let folder = tempfile::Builder::new().prefix("callboard-kafka").tempdir()?;
        let (clients, controller) = (free_port()?, free_port()?);
        let properties = folder.path().join("server.properties");
        fs::write(&properties, server_properties(folder.path(), clients, controller, more))?;
        let mut format = java(&jars);
        format.args(["kafka.tools.StorageTool", "format", "--standalone", "--cluster-id", "Y2FsbGJvYXJkLXRlc3RzMQ", "--config"]).arg(&properties);
        let output = format.output().context("could not start java (Debian: apt-get install openjdk-17-jre-headless)")?;
        if !output.status.success() {
            bail!("could not format Kafka's storage: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        }
        let mut broker = java(&jars);
        broker.args(["-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info", "kafka.Kafka"]).arg(&properties);
        let program = Supervised::new(folder, broker)?;
        let mut kafka = Self { program, bootstrap: format!("127.0.0.1:{clients}") };
        kafka.restart()?;
        Ok(kafka)
    }

    /// `host:port` of its clients' listener.
    #[must_use]
    pub fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// Ends it as a power cut would (`kill -9`).
    ///
    /// # Errors
    /// When its supervisor is gone.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.program.kill()
    }

    /// Starts it again in its folder, on its ports, and waits until it serves.
    ///
    /// # Errors
    /// When it ends before it serves.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        let starts = self.ready();
        self.program.start()?;
        for _ in 0..LOOKS {
            if self.ready() > starts {
                return Ok(());
            }
            if !self.program.is_alive()? {
                bail!("Kafka ended before it served:\n{}", self.program.said());
            }
            thread::sleep(LOOK);
        }
        bail!("Kafka did not serve in time:\n{}", self.program.said())
    }

    /// Stops its clockwork: connections stay open and nobody answers.
    ///
    /// # Errors
    /// When its supervisor is gone.
    pub fn pause(&mut self) -> anyhow::Result<()> {
        self.program.pause()
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When its supervisor is gone.
    pub fn resume(&mut self) -> anyhow::Result<()> {
        self.program.resume()
    }

    /// What it printed.
    #[must_use]
    pub fn said(&self) -> String {
        self.program.said()
    }

    fn ready(&self) -> usize {
        self.program.said().matches(READY).count()
    }
}

fn java(jars: &Path) -> Command {
    let mut command = maven::java(jars, MEMORY);
    command.arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command
}

fn server_properties(folder: &Path, clients: u16, controller: u16, more: &[(&str, &str)]) -> String {
    let mut text = format!(
        "process.roles=broker,controller\n\
         node.id=1\n\
         controller.quorum.bootstrap.servers=127.0.0.1:{controller}\n\
         listeners=CLIENTS://127.0.0.1:{clients},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=CLIENTS://127.0.0.1:{clients}\n\
         inter.broker.listener.name=CLIENTS\n\
         controller.listener.names=CONTROLLER\n\
         log.dirs={}\n\
         auto.create.topics.enable=false\n\
         group.initial.rebalance.delay.ms=0\n\
         offsets.topic.num.partitions=4\n\
         offsets.topic.replication.factor=1\n\
         transaction.state.log.replication.factor=1\n\
         transaction.state.log.min.isr=1\n\
         share.coordinator.state.topic.replication.factor=1\n\
         share.coordinator.state.topic.min.isr=1\n",
        folder.join("data").display()
    );
    let given = |name: &str| more.iter().any(|(n, _)| *n == name);
    if !given("listener.security.protocol.map") {
        text.push_str("listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT\n");
    }
    for (name, value) in more {
        text.push_str(&format!("{name}={value}\n"));
    }
    text
}

/// A port that was free a moment ago.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_broker_starts_is_killed_and_starts_again_in_its_folder() {
        let mut kafka = Kafka::start(&[]).unwrap();
        let connects = |kafka: &Kafka| TcpStream::connect(kafka.bootstrap()).is_ok();
        assert!(connects(&kafka));
        kafka.kill().unwrap();
        assert!(!connects(&kafka));
        kafka.restart().unwrap();
        assert!(connects(&kafka));
    }
}
