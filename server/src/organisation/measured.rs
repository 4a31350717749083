//! What the organisation says to those who measure, keep and show: names and dated targets of queues, titles of pauses, since when
//! calls are kept, what the centre is called, and what walls are to say. It is read at the start and again and again.
//!
//! A target stands still for a minute before it holds (`desk/src/queue_targets.rs`), and it is read every two seconds: every node
//! has it by then, and the same figures follow from the log again, here and elsewhere.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use callboard_admin::Admin;
use callboard_analytics::Settings;
use callboard_analytics::settings::Title;
use callboard_desk::{bulletins, parameters, queue_targets};
use callboard_store::history::Day;
use callboard_wallboard::board::{Head, Notice, Words};
use tokio::sync::watch;

use super::said;
use crate::config::{Config, Queue};

/// How often it is read.
const EVERY: Duration = Duration::from_secs(2);

/// Who is told of changes.
pub(crate) struct Heard {
    /// Those who measure.
    pub(crate) settings: watch::Sender<Settings>,
    /// Those who keep calls.
    pub(crate) kept: watch::Sender<Option<Day>>,
    /// Walls.
    pub(crate) head: watch::Sender<Head>,
}

/// Reads it into the configuration, remembers it beside the data, and says what is measured by.
///
/// # Errors
/// When the store or the data folder fails.
pub(crate) async fn take(admin: &Admin, config: &mut Config) -> anyhow::Result<Settings> {
    read(admin, config).await?;
    admin.give(Arc::new(config.centre()));
    config.remember(&config.data)?;
    config.settings()
}

/// Gives changes to those who go by them.
pub(crate) async fn follow(admin: Arc<Admin>, mut config: Config, heard: Heard) {
    loop {
        tokio::time::sleep(EVERY).await;
        match renewed(&admin, &config).await {
            Ok(None) => {}
            Ok(Some((new, said))) => {
                heard.settings.send_replace(said);
                heard.kept.send_replace(new.kept_from);
                heard.head.send_replace(new.head());
                admin.give(Arc::new(new.centre()));
                config = new;
            }
            Err(error) => tracing::error!("what was read of queues before holds on: {error:#}"),
        }
    }
}

/// What is different now, remembered before anybody goes by it.
async fn renewed(admin: &Admin, config: &Config) -> anyhow::Result<Option<(Config, Settings)>> {
    let mut new = config.clone();
    read(admin, &mut new).await?;
    let Config { organisation, pauses, kept_from, title, notices, .. } = config;
    if (&new.organisation, &new.pauses, &new.kept_from, &new.title, &new.notices) == (organisation, pauses, kept_from, title, notices) {
        return Ok(None);
    }
    let settings = new.settings()?;
    new.remember(&new.data)?;
    Ok(Some((new, settings)))
}

async fn read(admin: &Admin, config: &mut Config) -> anyhow::Result<()> {
    let queues = queue_targets::queues(admin.db()).await.map_err(said).context("could not read what the organisation says of queues")?;
    config.organisation = queues.iter().map(|(name, queue)| Queue::of_organisation(name, queue)).collect();
    let pauses = parameters::pauses(admin.db()).await.map_err(said).context("could not read the reasons for a pause")?;
    config.pauses = pauses.into_iter().map(|pause| (pause.code.into(), Title { zh: pause.title.zh.into(), en: pause.title.en.into() })).collect();
    let current = parameters::current(admin.db()).await.map_err(said).context("could not read the parameters")?;
    config.title = crate::config::Title { zh: current.title.zh.clone(), en: current.title.en.clone() };
    let strips = bulletins::on_wall(admin.db(), admin.now()).await.map_err(said).context("could not read the bulletins of walls")?;
    config.notices = strips.into_iter().map(|strip| Notice { text: Words::same(&strip.title), level: strip.level }).collect();
    // What was dropped once does not come back when calls are to be kept longer.
    config.kept_from = config.kept_from.max(current.calls_kept_from(admin.now()).map(Day::of));
    Ok(())
}
