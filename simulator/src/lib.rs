//! A made-up call centre that talks in events: for demonstrations, load tests and trying things out.
//!
//! A simulation of single events with a clock of its own: callers arrive by a day's profile, wait with more or
//! less patience, agents have shifts, skills and pauses. The same options give the same events for ever.

mod agenda;
mod caller;
mod centre;
mod day;
mod dispatch;
mod floor;
#[cfg(test)]
mod laws;
mod names;
mod profile;
mod random;
mod roster;
mod seat;
mod staffing;
mod talk;
mod trouble;

use callboard_domain::event::Event;
use callboard_domain::time::Timestamp;
use jiff::tz::TimeZone;

pub use centre::{AGENT_SOURCE, Agent, Centre, PAUSE_REASONS, PBX_SOURCES, Queue, Team};
pub use trouble::Trouble;

/// What the centre is like.
#[derive(Debug, Clone)]
pub struct Options {
    /// Names the run: the same seed and options give the same events.
    pub seed: u64,
    /// First instant. Whoever is on shift then logs in within 20 s; the lines are empty.
    pub start: Timestamp,
    /// The zone of shifts and of the day's profile.
    pub zone: TimeZone,
    /// Calls a minute in the busiest hour of an ordinary weekday; none: as many as the agents can take.
    pub calls_per_minute: Option<f64>,
    /// Agents on the books; none: as many as the calls need.
    pub agents: Option<usize>,
    /// Queues.
    pub queues: usize,
    /// Names of agents and teams in Latin letters.
    pub english: bool,
    /// Begin with `source.restarted`, so that what an earlier run left open is closed.
    pub restarted: bool,
    /// Tell the story of lost connections.
    pub trouble: Option<Trouble>,
    /// Every day is this weekday (0 is Monday); none: the calendar's.
    pub weekday: Option<usize>,
    /// When in the day one of the large queues has an incident, ms after midnight; none: on weekdays, at a time that is drawn.
    pub incident_at_ms: Option<i64>,
    /// Names of recordings that exist: each call's is one of them; empty: each has a name of its own, and nobody has the sound.
    pub recordings: Vec<String>,
}

impl Options {
    /// The bank of the demonstration: 9 queues, 96 agents, China's time.
    #[must_use]
    pub fn new(seed: u64, start: Timestamp) -> Self {
        let zone = TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC);
        Self {
            seed,
            start,
            zone,
            calls_per_minute: None,
            agents: None,
            queues: 9,
            english: false,
            restarted: false,
            trouble: None,
            weekday: None,
            incident_at_ms: None,
            recordings: Vec::new(),
        }
    }
}

/// The running centre: an endless iterator of events.
///
/// Times never go backwards, except for what a lost PBX delivers late in the story of [`Trouble`].
#[derive(Debug)]
pub struct Simulator {
    floor: floor::Floor,
}

impl Simulator {
    /// A centre at its first instant.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let (agents, peak) = match (options.agents, options.calls_per_minute) {
            (None, None) => (96, staffing::calls_per_minute(96)),
            (Some(agents), None) => (agents.max(1), staffing::calls_per_minute(agents.max(1))),
            (None, Some(peak)) => (staffing::agents(peak), peak),
            (Some(agents), Some(peak)) => (agents.max(1), peak),
        };
        let mut random = random::Random::new(options.seed);
        let centre = Centre::new(options.queues, agents, &mut random);
        let prefix = format!("{:x}-{:x}-{:x}", options.seed, options.start.as_millis() / 1_000, agents);
        let mut floor = floor::Floor::new(centre, options.zone, peak.max(0.001), options.start, prefix, random);
        floor.english = options.english;
        floor.always = options.weekday.map(|day| day % 7);
        floor.incident_at_ms = options.incident_at_ms;
        floor.recordings = options.recordings;
        floor.seed = options.seed;
        floor.open(options.restarted);
        if let Some(trouble) = options.trouble {
            floor.plan_trouble(trouble);
        }
        Self { floor }
    }

    /// The centre's queues, teams and agents.
    #[must_use]
    pub const fn centre(&self) -> &Centre {
        &self.floor.centre
    }

    /// Calls a minute in the busiest hour.
    #[must_use]
    pub const fn calls_per_minute(&self) -> f64 {
        self.floor.peak
    }
}

impl Iterator for Simulator {
    type Item = Event<'static>;

    fn next(&mut self) -> Option<Event<'static>> {
        loop {
            if let Some(event) = self.floor.out.pop_front() {
                return Some(event);
            }
            if !self.floor.step() {
                return None;
            }
        }
    }
}
