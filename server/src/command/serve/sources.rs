//! Running sources: each a task that delivers to the intake and remembers how far it has come.

mod told;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use callboard_domain::Clock;
use callboard_ingest::intake::Intake;
use callboard_ingest::source::ami::{AmiConfig, AmiMemory, AmiSource, Secret};
use callboard_ingest::source::follow::{self, FollowConfig, FollowPosition};
use callboard_ingest::source::{Deliver, Delivery, NotDelivered};
use callboard_sql::Snapshot;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{Config, Source};
use crate::telemetry::{Inlet, Telemetry};
use told::Told;

/// How long a source that failed rests before it starts again.
const REST: Duration = Duration::from_secs(5);

/// Starts every source of the configuration. `snapshot` is what the engine here shows.
pub(super) fn start(
    config: &Config,
    intake: &Intake,
    telemetry: &Arc<Telemetry>,
    snapshot: &watch::Receiver<Arc<Snapshot>>,
    clock: &Arc<dyn Clock>,
    stopped: &watch::Receiver<bool>,
) -> Vec<JoinHandle<()>> {
    let folder = config.data.join("sources");
    let told = config.roles.wallboard.then(|| Told { snapshot: snapshot.clone(), telemetry: Arc::clone(telemetry) });
    config
        .sources
        .iter()
        .cloned()
        .map(|source| {
            let inlet = Inlet::new(intake, source.kind(), telemetry);
            let keeper = Keeper { intake: inlet, source: source.name().to_owned(), path: folder.join(format!("{}.json", source.name())) };
            let (clock, mut stopped, told) = (Arc::clone(clock), stopped.clone(), told.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = keep_running(&source, keeper, told.as_ref(), clock.as_ref()) => {}
                    () = super::until(&mut stopped) => {}
                }
            })
        })
        .collect()
}

async fn keep_running(source: &Source, mut keeper: Keeper, told: Option<&Told>, clock: &dyn Clock) {
    loop {
        if let Err(error) = run(source, &mut keeper, told, clock).await {
            tracing::error!(source = source.name(), "the source stopped and starts again in {} s: {error:#}", REST.as_secs());
        }
        tokio::time::sleep(REST).await;
    }
}

async fn run(source: &Source, keeper: &mut Keeper, told: Option<&Told>, clock: &dyn Clock) -> anyhow::Result<()> {
    let rules = source.rules()?;
    match source {
        Source::AsteriskQueueLog { name, path, .. } => {
            let poll = Duration::from_millis(250);
            let config = FollowConfig { source: name.clone(), path: path.clone(), poll, alone: true, rules };
            let from: Option<FollowPosition> = keeper.position()?;
            follow::run(&config, from, clock, keeper).await?;
        }
        Source::AsteriskAmi { name, address, user, secret_env, queue_log, .. } => {
            let secret =
                std::env::var(secret_env).with_context(|| format!("the environment has no {secret_env}, which should hold the manager's secret"))?;
            let config = AmiConfig {
                source: name.clone(),
                address: address.clone(),
                user: user.clone(),
                secret: Secret(secret),
                rules,
                resync: Duration::from_secs(60),
                queue_log: queue_log.clone(),
            };
            let (kept, told, name) = (keeper.position::<AmiMemory>()?.unwrap_or_default(), told.cloned(), name.clone());
            let told_before = async move {
                match told {
                    Some(told) => told.by(name, kept).await,
                    None => kept,
                }
            };
            AmiSource::new(config, told_before).run(clock, keeper).await?;
        }
    }
    Ok(())
}

/// Delivers to the intake, then writes down where the source goes on.
struct Keeper {
    intake: Inlet,
    source: String,
    path: PathBuf,
}

impl Keeper {
    fn position<P: DeserializeOwned>(&self) -> anyhow::Result<Option<P>> {
        match std::fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .with_context(|| format!("could not understand {}; delete it to begin anew", self.path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("could not read {}", self.path.display())),
        }
    }
}

impl<P: Serialize + Send> Deliver<P> for Keeper {
    async fn deliver(&mut self, delivery: Delivery<P>) -> Result<(), NotDelivered> {
        let refused = |reason: String| NotDelivered { reason };
        let mut draft = self.intake.draft(&self.source, &self.source);
        for (n, event) in delivery.events.iter().enumerate() {
            draft.event(n + 1, event, b"");
        }
        for (n, rejected) in delivery.rejected.iter().enumerate() {
            draft.reject(n + 1, rejected.text.as_bytes(), &format!("{}: {}", rejected.place, rejected.reason));
        }
        self.intake.append(draft).await.map_err(|e| refused(e.to_string()))?;
        if let Some(position) = &delivery.position {
            let text = serde_json::to_vec(position).map_err(|e| refused(e.to_string()))?;
            crate::data::replace(&self.path, &text).map_err(|e| refused(format!("could not write {}: {e}", self.path.display())))?;
        }
        Ok(())
    }
}
