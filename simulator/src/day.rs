//! The calendar: a new local day brings shifts and surges; the tasks of the agenda are handed out here.

use callboard_domain::event::{Body, SourceAlive, SourceConnected, SourceRestarted};
use callboard_domain::time::{DAY_MS, SECOND_MS, Timestamp};

use super::agenda::Task;
use super::floor::{Floor, Origin};
use super::{profile, roster};

impl Floor {
    /// The first instant: sources connect, whoever is on shift logs in.
    pub(super) fn open(&mut self, restarted: bool) {
        for origin in Origin::ALL {
            if restarted {
                self.say(origin, Body::SourceRestarted(SourceRestarted { last_seen_at: None }));
            }
            self.say_connected(origin);
        }
        let (today, weekday, tomorrow) = self.local_day(self.now);
        let (yesterday, yesterdays_weekday, _) = self.local_day(today.plus(-1));
        self.plan_shifts(yesterday, yesterdays_weekday);
        self.begin_day(today, weekday, tomorrow);
        self.plan(SECOND_MS, Task::Alive);
        self.plan(60 * SECOND_MS, Task::Supervise);
        self.plan_arrival();
    }

    /// Says that a source is complete from here on.
    pub(super) fn say_connected(&mut self, origin: Origin) {
        self.say(origin, Body::SourceConnected(SourceConnected { version: Some("Callboard simulator".into()) }));
    }

    /// Start, weekday (0 is Monday) and end of the local day that holds an instant; UTC days where the zone gives none.
    fn local_day(&self, at: Timestamp) -> (Timestamp, usize, Timestamp) {
        let local = jiff::Timestamp::from_millisecond(at.as_millis()).map(|t| t.to_zoned(self.zone.clone()));
        let bounds = local.and_then(|z| {
            let start = z.start_of_day()?;
            let end = start.tomorrow()?.start_of_day()?;
            let weekday = self.always.unwrap_or_else(|| usize::try_from(z.weekday().to_monday_zero_offset()).unwrap_or(0));
            let ms = |z: &jiff::Zoned| Timestamp::from_millis(z.timestamp().as_millisecond());
            Ok((ms(&start), weekday, ms(&end)))
        });
        bounds.unwrap_or_else(|_| (at.floor(DAY_MS), 0, at.floor(DAY_MS).plus(DAY_MS)))
    }

    fn begin_day(&mut self, start: Timestamp, weekday: usize, end: Timestamp) {
        self.day_start = start;
        self.weekday = weekday;
        self.agenda.plan(end, Task::NewDay);
        self.plan_shifts(start, weekday);
        for surge in profile::surges(self.centre.queues.len(), weekday, self.incident_at_ms, &mut self.random) {
            let from = start.plus(surge.from_ms);
            if from >= self.now {
                self.agenda.plan(from, Task::SurgeFrom { queue: surge.queue, factor: surge.factor });
                self.agenda.plan(from.plus(surge.for_ms), Task::SurgeTo { queue: surge.queue, factor: surge.factor });
            }
        }
    }

    fn plan_shifts(&mut self, day: Timestamp, weekday: usize) {
        let teams = self.centre.teams.len();
        for agent in 0..self.centre.agents.len() {
            let nights = self.centre.agents.get(agent).and_then(|a| self.centre.teams.get(a.team)).is_some_and(|t| t.works_nights);
            let Some(shift) = roster::shift(agent / teams, nights, weekday, &mut self.random) else { continue };
            let to = day.plus(shift.to_ms);
            if to <= self.now {
                continue;
            }
            // Whoever should have been there already comes within 20 s of the start.
            let late_ms = self.random.between(0, 20 * SECOND_MS);
            self.agenda.plan(day.plus(shift.from_ms).max(self.now.plus(late_ms)), Task::LogIn { agent });
            self.agenda.plan(to, Task::LogOut { agent });
            for planned in shift.breaks {
                let at = day.plus(planned.at_ms);
                if at > self.now {
                    self.agenda.plan(at, Task::BreakDue { agent, planned });
                }
            }
        }
    }

    fn surge(&mut self, queue: usize, factor: f64) {
        self.lines[queue].surge *= factor;
        self.weigh_queues();
    }

    /// A source that had nothing to say for a second says that it lives.
    fn alive(&mut self) {
        self.plan(SECOND_MS, Task::Alive);
        for origin in Origin::ALL {
            if self.said_at.get(origin.index()).is_some_and(|at| self.now.since(*at) >= SECOND_MS) {
                self.say(origin, Body::SourceAlive(SourceAlive {}));
            }
        }
    }

    /// Does the next task of the agenda; false when there is none, which does not happen while calls arrive.
    pub(super) fn step(&mut self) -> bool {
        let Some((at, task)) = self.agenda.next() else { return false };
        self.now = at;
        match task {
            Task::NewDay => {
                let (start, weekday, end) = self.local_day(at);
                self.begin_day(start, weekday, end);
            }
            Task::Arrive => self.arrive(),
            Task::MenuOver(call) => self.menu_over(call),
            Task::HangUp { call, visit } => self.hang_up(call, visit),
            Task::Limit { call, visit } => self.limit(call, visit),
            Task::Key { call, visit } => self.key(call, visit),
            Task::RingOver { call, phase } => self.ring_over(call, phase),
            Task::TalkOn { call, phase } => self.talk_on(call, phase),
            Task::Requeue(call) => self.requeue(call),
            Task::AfterOver(call) => self.after_over(call),
            Task::Recorded { number, pbx, duration_ms } => self.recorded(number, pbx, duration_ms),
            Task::AgentOn { agent, epoch } => self.agent_on(agent, epoch),
            Task::LogIn { agent } => self.log_in(agent),
            Task::LogOut { agent } => self.log_out_due(agent),
            Task::BreakDue { agent, planned } => self.break_due(agent, planned),
            Task::SurgeFrom { queue, factor } => self.surge(queue, factor),
            Task::SurgeTo { queue, factor } => self.surge(queue, 1.0 / factor),
            Task::Supervise => self.supervise(),
            Task::Alive => self.alive(),
            Task::Trouble(step) => self.trouble(step),
        }
        true
    }
}
