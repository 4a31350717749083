//! One row of a call list as one call: its times in order, its outcome, and what had to be assumed.

use std::collections::BTreeSet;
use std::str::FromStr;

use callboard_domain::Timestamp;
use callboard_domain::state::{Direction, LeaveReason};
use callboard_domain::time::{HOUR_MS, SECOND_MS};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::layout::{Layout, Source};
use super::mapping::{Mapping, StraightThrough};
use super::row::{Cutter, Instant, date, duration, instant, instant_on};
use super::{Reject, check_name, flags, glance};

/// A call as a row tells it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub(super) direction: Direction,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) started_at: Timestamp,
    /// Queue and time of entry; none when it never waited in one.
    pub(super) queued: Option<(String, Timestamp)>,
    pub(super) part: Part,
    pub(super) ended_at: Timestamp,
    pub(super) rating: Option<i64>,
    pub(super) recording: Option<String>,
}

impl Call {
    /// Refuses names that no event may carry.
    pub(super) fn check_names(&self) -> Result<(), Reject> {
        if let Some((queue, _)) = &self.queued {
            check_name("queue", queue)?;
        }
        match &self.part {
            Part::Answered { agent, .. } => check_name("agent", agent),
            Part::Left { .. } | Part::Unqueued { .. } => Ok(()),
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Answered {
        agent: String,
        at: Timestamp,
        ring_ms: Option<i64>,
        wrap_up_ms: Option<i64>,
    },
    Left {
        reason: LeaveReason,
        at: Timestamp,
    },
    /// Ended before any queue or agent; true when the caller hung up.
    Unqueued {
        by_caller: bool,
    },
}

/// What a row says became of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Answered,
    Left(LeaveReason),
    Unqueued,
}

impl FromStr for Outcome {
    type Err = Reject;

    fn from_str(text: &str) -> Result<Self, Reject> {
        match text {
            "answered" => Ok(Self::Answered),
            "unqueued" => Ok(Self::Unqueued),
            _ => text.parse().map(Self::Left).map_err(|_| Reject::Outcome { text: glance(text) }),
        }
    }
}

/// Reads rows of one file.
pub(super) struct Reader<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) layout: &'a Layout,
    pub(super) zone: &'a TimeZone,
    pub(super) row: &'a Cutter,
    pub(super) flags: BTreeSet<String>,
}

impl Reader<'_> {
    /// The row's call.
    ///
    /// # Errors
    /// Says what the row lacks or contradicts.
    pub(super) fn call(&mut self) -> Result<Call, Reject> {
        let layout = self.layout;
        let day = self.started_day()?;
        let (started, queued, answered) = (
            self.time("started_at", &layout.started_at, day)?,
            self.time("queued_at", &layout.queued_at, day)?,
            self.time("answered_at", &layout.answered_at, day)?,
        );
        let (left, ended) = (self.time("left_queue_at", &layout.left_queue_at, day)?, self.time("ended_at", &layout.ended_at, day)?);
        let started_at = started.or(queued).or(answered).ok_or(Reject::Missing { field: "started_at" })?.at;
        let menu_ms = self.duration("menu", &layout.menu)?;
        let wait_ms = self.duration("wait", &layout.wait)?;
        let outcome = self.outcome(answered.is_some())?;
        let never_queued = outcome == Outcome::Unqueued || (layout.queued_at.is_some() && queued.is_none()) || self.text(&layout.queue).is_none();
        if never_queued {
            if queued.is_none() && wait_ms.is_some_and(|ms| ms > 0) {
                self.flag(flags::WAIT_WITHOUT_QUEUE);
            }
            return self.without_wait(started_at, menu_ms, outcome, answered, ended);
        }
        let queued_at = self.after(started_at, started_at, "queued_at", menu_ms, queued)?.unwrap_or(started_at);
        let decided = match outcome {
            Outcome::Answered => answered.or(left),
            Outcome::Left(_) | Outcome::Unqueued => left.or(ended),
        };
        let decided_at = self.after(started_at, queued_at, "left_queue_at", wait_ms, decided)?.ok_or(Reject::Missing { field: "wait" })?;
        let queue = self.text(&layout.queue).unwrap_or_default().to_owned();
        match outcome {
            Outcome::Answered => self.answered(started_at, Some((queue, queued_at)), decided_at, ended),
            Outcome::Left(reason) => {
                let ended_at = self.after(started_at, decided_at, "ended_at", None, ended)?.unwrap_or(decided_at);
                self.finish(started_at, Some((queue, queued_at)), Part::Left { reason, at: decided_at }, ended_at)
            }
            Outcome::Unqueued => self.finish(started_at, None, Part::Unqueued { by_caller: true }, decided_at),
        }
    }

    fn without_wait(
        &mut self,
        started_at: Timestamp,
        menu_ms: Option<i64>,
        outcome: Outcome,
        answered: Option<Instant>,
        ended: Option<Instant>,
    ) -> Result<Call, Reject> {
        if outcome != Outcome::Answered {
            let ended_at = self.after(started_at, started_at, "ended_at", menu_ms, ended)?.unwrap_or(started_at);
            let by_caller = outcome == Outcome::Left(LeaveReason::Abandoned);
            return self.finish(started_at, None, Part::Unqueued { by_caller }, ended_at);
        }
        let answered_at = match answered {
            Some(_) => self.after(started_at, started_at, "answered_at", None, answered)?,
            None => menu_ms.filter(|ms| *ms >= 0).map(|ms| started_at.plus(ms)),
        };
        let answered_at = answered_at.unwrap_or(started_at);
        let from_queue = self.mapping.rules.straight_through == StraightThrough::Queue;
        let queue = self.text(&self.layout.queue).filter(|_| from_queue).map(|q| (q.to_owned(), answered_at));
        self.answered(started_at, queue, answered_at, ended)
    }

    fn answered(
        &mut self,
        started_at: Timestamp,
        queued: Option<(String, Timestamp)>,
        at: Timestamp,
        ended: Option<Instant>,
    ) -> Result<Call, Reject> {
        let layout = self.layout;
        let talk_ms = self.duration("talk", &layout.talk)?;
        let ended_at = self.after(started_at, at, "ended_at", talk_ms, ended)?.ok_or(Reject::Missing { field: "ended_at" })?;
        let agent = self.text(&layout.agent).map(str::to_owned);
        if agent.is_none() {
            self.flag(flags::NO_AGENT);
        }
        let agent = agent.unwrap_or_else(|| self.mapping.rules.unknown_agent.clone());
        let not_negative = |ms: &i64| *ms >= 0;
        let ring_ms = self.duration("ring", &layout.ring)?.filter(not_negative);
        let wrap_up_ms = self.duration("wrap_up", &layout.wrap_up)?.filter(not_negative);
        self.finish(started_at, queued, Part::Answered { agent, at, ring_ms, wrap_up_ms }, ended_at)
    }

    fn finish(&mut self, started_at: Timestamp, queued: Option<(String, Timestamp)>, part: Part, ended_at: Timestamp) -> Result<Call, Reject> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let rating = match self.text(&self.layout.rating) {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| Reject::Number { field: "rating".into(), text: glance(text) })?),
        };
        let direction = match self.text(&self.layout.direction) {
            None => Direction::Inbound,
            Some(text) => text.parse().map_err(|_| Reject::Direction { text: glance(text) })?,
        };
        Ok(Call {
            direction,
            from: owned(self.text(&self.layout.from)),
            to: owned(self.text(&self.layout.to)),
            started_at,
            queued,
            part,
            ended_at,
            rating,
            recording: owned(self.text(&self.layout.recording)),
        })
    }

    fn outcome(&self, answered: bool) -> Result<Outcome, Reject> {
        if let Some(text) = self.text(&self.layout.outcome) {
            return text.parse();
        }
        let talked = self.duration("talk", &self.layout.talk)?.is_some_and(|ms| ms > 0);
        let with_agent = answered || talked || self.text(&self.layout.agent).is_some();
        Ok(if with_agent { Outcome::Answered } else { Outcome::Left(LeaveReason::Abandoned) })
    }

    /// The instant that follows `before`: by its duration where there is one, otherwise by its own time.
    ///
    /// A duration knows nothing of midnight and of clocks that differ by a second, so it is believed first.
    fn after(
        &mut self,
        started_at: Timestamp,
        before: Timestamp,
        field: &'static str,
        lasted_ms: Option<i64>,
        own: Option<Instant>,
    ) -> Result<Option<Timestamp>, Reject> {
        let tolerance_ms = self.mapping.times.tolerance_s * SECOND_MS;
        if lasted_ms.is_some_and(|ms| ms < 0) {
            return Err(Reject::Negative { field });
        }
        let own_at = own.map(|own| self.in_order(started_at, before, own));
        if let Some(lasted_ms) = lasted_ms {
            let at = before.plus(lasted_ms);
            if own_at.is_some_and(|own| own.is_none_or(|own| own.since(at).abs() > tolerance_ms)) {
                self.flag(flags::TIMES_DISAGREE);
            }
            return Ok(Some(at));
        }
        match own_at {
            None => Ok(None),
            Some(Some(at)) if at >= before => Ok(Some(at)),
            // Two clocks of the PBX may differ by a second or two.
            Some(Some(at)) if before.since(at) <= tolerance_ms => Ok(Some(before)),
            Some(_) => Err(Reject::Backwards { field }),
        }
    }

    /// The own time, on the next day when it has crossed midnight; none when it lies before and cannot have.
    fn in_order(&self, started_at: Timestamp, before: Timestamp, own: Instant) -> Option<Timestamp> {
        let tolerance_ms = self.mapping.times.tolerance_s * SECOND_MS;
        if own.at.plus(tolerance_ms) >= before {
            return Some(own.at);
        }
        own.next_day_at.filter(|at| at.since(started_at) <= self.mapping.times.longest_call_h * HOUR_MS)
    }

    fn started_day(&self) -> Result<Option<(usize, Date)>, Reject> {
        let Some(index) = self.layout.started_at.as_ref().and_then(|s| s.date) else { return Ok(None) };
        Ok(Some((index, date(self.row.cell(index), &self.mapping.times.date_format)?)))
    }

    /// A time field; `day` is the date of the call's start, read once.
    fn time(&mut self, field: &'static str, source: &Option<Source>, day: Option<(usize, Date)>) -> Result<Option<Instant>, Reject> {
        let Some(source) = source else { return Ok(None) };
        let Some(text) = source.text(self.row) else { return Ok(None) };
        let times = &self.mapping.times;
        let own_date = source.format.as_deref().filter(|f| !f.starts_with('%') || f.contains("%d") || f.contains("%F") || f.contains("%Y"));
        let found = match (source.date, own_date) {
            (None, _) | (_, Some(_)) => instant(field, text, source.format.as_deref().unwrap_or(&times.format), self.zone)?,
            (Some(index), None) => {
                let on = match day {
                    Some((at, on)) if at == index => on,
                    _ => date(self.row.cell(index), &times.date_format)?,
                };
                instant_on(field, on, text, source.format.as_deref().unwrap_or(&times.time_format), self.zone)?
            }
        };
        if found.doubtful {
            self.flag(flags::DOUBTFUL_TIME);
        }
        Ok(Some(found))
    }

    fn duration(&self, field: &'static str, source: &Option<Source>) -> Result<Option<i64>, Reject> {
        let Some(text) = self.text(source) else { return Ok(None) };
        duration(text, self.mapping.times.unit).map(Some).ok_or_else(|| Reject::Number { field: field.to_owned(), text: glance(text) })
    }

    fn text<'b>(&'b self, source: &'b Option<Source>) -> Option<&'b str> {
        source.as_ref().and_then(|s| s.text(self.row))
    }

    fn flag(&mut self, reason: &str) {
        if !self.flags.contains(reason) {
            self.flags.insert(reason.to_owned());
        }
    }
}
