//! `--demo`: a made-up bank, from yesterday's midnight until now at once, then as time goes by.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use callboard_admin::Admin;
use callboard_analytics::Settings;
use callboard_desk::demo;
use callboard_desk::voicemail::Voicemail;
use callboard_domain::event::Body;
use callboard_domain::state::Direction;
use callboard_domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use callboard_domain::{Clock, Event, Timestamp};
use callboard_ingest::simulator::{self, Simulator};
use callboard_objects::{Objects, S3};
use jiff::tz::TimeZone;
use tokio::sync::watch;

use crate::config::{Config, Queue};
use crate::organisation;
use crate::telemetry::Inlet;

/// The story's number; the same story is told to everyone.
const SEED: u64 = 7;
/// Events of the story that are looked through for callers whom the bank knows, and which of the callers it does.
const LOOKED_THROUGH: usize = 100_000;
const EVERY: usize = 101;
/// The folder of messages that callers left, in the data folder.
const SPOOL: &str = "voicemail";
/// The folder of the recordings that the calls of the story have, in the data folder.
const RECORDINGS: &str = "recordings";
/// How often events that are due are delivered.
const BEAT: Duration = Duration::from_millis(100);

/// The hour of day at which the demonstration begins, whatever the clock on the wall says.
const BEGINS_AT_HOUR: i64 = 14;
/// Every day of the demonstration is a Wednesday (0 is Monday): a weekend has little to show.
const WEEKDAY: usize = 2;
/// Something has just broken when the demonstration begins: callers wait, and a level is passed.
const INCIDENT_AT_MS: i64 = BEGINS_AT_HOUR * HOUR_MS - 5 * MINUTE_MS;
/// Calls, of those that the bank's agents can take at the goal: on most looks somebody waits.
const CROWD: f64 = 1.12;

/// The bank's queues and name. A new one lies where the afternoon has just begun, so that there is something to see;
/// a folder that `remembers` its zone goes on with the same story.
pub(super) fn furnish(config: &mut Config, remembers: bool, now: Timestamp) {
    if !remembers {
        config.zone = afternoon(now);
    }
    let story = simulator::Options::new(SEED, callboard_domain::Timestamp::from_millis(0));
    config.queues = Simulator::new(story).centre().queues.iter().map(|q| Queue::titled(&q.id, &q.title_zh, &q.title_en)).collect();
    config.title.zh = "云帆银行客户服务中心".into();
    config.title.en = "Yunfan Bank Customer Service".into();
    config.demo_sources();
    if config.recordings.url.is_none() {
        // The folder may be named from here, a place may not. Where there is no here, there are no recordings.
        config.recordings.url = std::path::absolute(config.data.join(RECORDINGS)).ok().map(|folder| folder.display().to_string());
    }
}

/// The bank's people, customers and articles, so that the console has life; says whom one can sign in as.
pub(super) async fn seed(admin: &Admin, folder: &Path, zone: TimeZone) -> anyhow::Result<()> {
    let story = Simulator::new(simulator::Options::new(SEED, callboard_domain::Timestamp::from_millis(0)));
    let told = story.centre();
    let centre = demo::Centre {
        queues: told.queues.iter().map(|q| demo::Queue { id: q.id.clone(), title: q.title_zh.clone(), target_s: q.target_ms / SECOND_MS }).collect(),
        teams: told.teams.iter().map(|team| team.name_zh.clone()).collect(),
        agents: told
            .agents
            .iter()
            .map(|agent| demo::Agent {
                id: agent.id.clone(),
                name: agent.name_zh.clone(),
                team: agent.team,
                queues: told.teams.get(agent.team).into_iter().flat_map(simulator::Team::queues).collect(),
            })
            .collect(),
        callers: callers(zone, admin.now()),
    };
    let spool = folder.join(SPOOL);
    demo::voicemail::spool(&spool, &centre, admin.now()).context("could not make a spool of voicemail up")?;
    let recordings = folder.join(RECORDINGS);
    let made = tokio::task::spawn_blocking(move || demo::recordings::make(&recordings)).await;
    made.context("making recordings up panicked")?.context("could not make recordings up")?;
    let objects = Objects::open(&format!("file://{}", spool.canonicalize()?.display()), &S3::default(), |_| None)?;
    admin.give(Arc::new(Voicemail::new(objects, demo::voicemail::queues(&centre))));
    for person in demo::seed(admin, &centre).await.map_err(organisation::said)? {
        eprintln!("sign in as {} ({}) with the one-time password {}", person.login, person.role, person.one_time_password);
    }
    Ok(())
}

/// Some who call in the story: the bank knows them.
fn callers(zone: TimeZone, now: Timestamp) -> Vec<String> {
    let number = |event: Event<'static>| match event.body {
        Body::CallStarted(started) if started.direction == Direction::Inbound => started.from.map(|number| number.to_string()),
        _ => None,
    };
    Simulator::new(story(zone, now)).take(LOOKED_THROUGH).filter_map(number).step_by(EVERY).collect()
}

/// The story as it is told from yesterday's midnight on.
fn story(zone: TimeZone, now: Timestamp) -> simulator::Options {
    let days = Settings { zone: zone.clone(), ..Settings::default() };
    let start = days.day_start(days.day_start(now).plus(-DAY_MS / 2));
    let mut options = simulator::Options::new(SEED, start);
    options.zone = zone;
    options.restarted = true;
    options.weekday = Some(WEEKDAY);
    options.incident_at_ms = Some(INCIDENT_AT_MS);
    options.recordings = demo::recordings::names().collect();
    let bank = Simulator::new(options.clone());
    options.agents = Some(bank.centre().agents.len());
    options.calls_per_minute = Some(bank.calls_per_minute() * CROWD);
    options
}

/// The zone of whole hours in which it is shortly after two in the afternoon.
fn afternoon(now: Timestamp) -> String {
    let hour = now.as_millis().div_euclid(HOUR_MS).rem_euclid(24);
    let east = (BEGINS_AT_HOUR - hour + 36).rem_euclid(24) - 12;
    // The sign of these names is reversed: Etc/GMT-8 is eight hours ahead.
    match east {
        0 => "Etc/GMT".to_owned(),
        1.. => format!("Etc/GMT-{east}"),
        _ => format!("Etc/GMT+{}", -east),
    }
}

/// Tells the story until the server stops.
pub(super) async fn play(intake: Inlet, clock: Arc<dyn Clock>, zone: TimeZone, mut stopped: watch::Receiver<bool>) -> anyhow::Result<()> {
    let options = story(zone, clock.now());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_always_afternoon_in_the_bank() {
        for hour in 0..24 {
            let now = Timestamp::from_millis(1_763_424_000_000 + hour * HOUR_MS);
            let zone = TimeZone::get(&afternoon(now)).unwrap();
            let local = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap().to_zoned(zone);
            assert_eq!(local.hour(), 14, "{now}");
        }
    }
}
