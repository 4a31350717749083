//! `--demo`: a made-up bank, from yesterday's midnight until now at once, then as time goes by.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use callboard_analytics::Settings;
use callboard_domain::time::DAY_MS;
use callboard_domain::{Clock, Event};
use callboard_ingest::intake::Intake;
use callboard_ingest::simulator::{self, Simulator};
use tokio::sync::watch;

use crate::config::{Config, Queue};

/// The story's number; the same story is told to everyone.
const SEED: u64 = 7;
/// How often events that are due are delivered.
const BEAT: Duration = Duration::from_millis(100);

/// The bank's queues and name.
pub(super) fn furnish(config: &mut Config) {
    let story = simulator::Options::new(SEED, callboard_domain::Timestamp::from_millis(0));
    config.queues = Simulator::new(story).centre().queues.iter().map(|q| Queue::titled(&q.id, &q.title_zh, &q.title_en)).collect();
    config.title.zh = "云帆银行客户服务中心".into();
    config.title.en = "Yunfan Bank Customer Service".into();
    config.demo_sources();
}

/// Tells the story until the server stops.
pub(super) async fn play(intake: Intake, clock: Arc<dyn Clock>, mut stopped: watch::Receiver<bool>) -> anyhow::Result<()> {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").context("the zone of the demonstration is missing")?;
    let days = Settings { zone, ..Settings::default() };
    let start = days.day_start(days.day_start(clock.now()).plus(-DAY_MS / 2));
    let mut options = simulator::Options::new(SEED, start);
    options.restarted = true;
    let (send, mut due) = tokio::sync::mpsc::channel::<Vec<Event<'static>>>(4); // full: the story waits for the log
    let story_clock = Arc::clone(&clock);
    let teller = tokio::task::spawn_blocking(move || tell(Simulator::new(options), story_clock.as_ref(), &send));
    loop {
        tokio::select! {
            batch = due.recv() => {
                let Some(batch) = batch else { break };
                let mut draft = intake.draft("demo", "demo");
                for (n, event) in batch.iter().enumerate() {
                    draft.event(n + 1, event, b"");
                }
                intake.append(draft).await?;
            }
            () = super::until(&mut stopped) => break,
        }
    }
    drop(due);
    teller.await.context("the story's teller panicked")
}

/// Sends what is due; ends when nobody listens any more.
fn tell(story: Simulator, clock: &dyn Clock, send: &tokio::sync::mpsc::Sender<Vec<Event<'static>>>) {
    let mut batch = Vec::new();
    for event in story {
        let wait = event.at.since(clock.now()) > 0;
        if (wait || batch.len() >= 2_000) && !batch.is_empty() && send.blocking_send(std::mem::take(&mut batch)).is_err() {
            return;
        }
        while event.at.since(clock.now()) > 0 {
            std::thread::sleep(BEAT.min(Duration::from_millis(event.at.since(clock.now()).max(1).unsigned_abs())));
            if send.is_closed() {
                return;
            }
        }
        batch.push(event);
    }
}
