//! From a sentence to events.

use std::collections::HashMap;

use anyhow::{Context, bail};
use callboard_domain::Timestamp;

/// Remembers what later sentences leave unsaid: the queue of a call, when it ended.
#[derive(Debug, Default)]
pub(super) struct Teller {
    queues: HashMap<String, String>,
    ended: HashMap<String, Timestamp>,
    said: usize,
}

impl Teller {
    pub(super) fn say(&mut self, at: Timestamp, words: &[&str]) -> anyhow::Result<Vec<String>> {
        Ok(match words {
            [call, "calls", queue] => return self.say(at, &[call, "calls", queue, "from", call]),
            [call, "calls", queue, "from", number] => {
                self.queues.insert((*call).into(), (*queue).into());
                vec![
                    self.event(at, "call.started", &[("call", call), ("direction", "inbound"), ("from", number)]),
                    self.event(at, "call.queued", &[("call", call), ("queue", queue)]),
                ]
            }
            [call, "reaches", "the", "menu"] => vec![self.event(at, "call.started", &[("call", call), ("direction", "inbound"), ("from", call)])],
            [call, "enters", queue] => {
                self.queues.insert((*call).into(), (*queue).into());
                vec![self.event(at, "call.queued", &[("call", call), ("queue", queue)])]
            }
            [agent, "rings", "for", call] => vec![self.event(at, "call.ringing", &[("call", call), ("agent", agent)])],
            [agent, "misses", call] => vec![self.event(at, "call.ring_missed", &[("call", call), ("agent", agent), ("reason", "no_answer")])],
            [agent, "answers", call] => {
                let queue = self.queue(call)?;
                vec![self.event(at, "call.answered", &[("call", call), ("agent", agent), ("queue", &queue)])]
            }
            [agent, "holds", call] => vec![self.event(at, "call.held", &[("call", call), ("agent", agent)])],
            [agent, "resumes", call] => vec![self.event(at, "call.resumed", &[("call", call), ("agent", agent)])],
            [agent, "transfers", call, "to", queue] => {
                self.queues.insert((*call).into(), (*queue).into());
                vec![
                    self.event(at, "call.transferred", &[("call", call), ("agent", agent), ("to", queue), ("kind", "blind")]),
                    self.event(at, "call.queued", &[("call", call), ("queue", queue)]),
                ]
            }
            [call, "gives", "up"] => self.leaves(at, call, "abandoned", "caller")?,
            [call, "times", "out"] => self.leaves(at, call, "timed_out", "system")?,
            [call, "presses", "a", "key"] => self.leaves(at, call, "key", "system")?,
            [call, "overflows"] => self.leaves(at, call, "overflow", "system")?,
            [call, "hangs", "up"] => self.ends(at, call, "caller"),
            [_, "hangs", "up", "on", call] => self.ends(at, call, "agent"),
            [agent, "wraps", "up", call] => {
                let ended_at = self.ended.get(*call).with_context(|| format!("{call} has not ended"))?;
                vec![self.number(at, "call.wrapped_up", &[("call", call), ("agent", agent)], "wrap_up_ms", at.since(*ended_at))]
            }
            [call, "rates", score] => vec![self.number(at, "call.rated", &[("call", call)], "score", score.parse()?)],
            [agent, "is", state] => vec![self.event(at, "agent.state", &[("agent", agent), ("state", state)])],
            [agent, "is", state, "for", reason] => vec![self.event(at, "agent.state", &[("agent", agent), ("state", state), ("reason", reason)])],
            [agent, "logs", "in"] => vec![self.event(at, "agent.logged_in", &[("agent", agent)])],
            [agent, "logs", "out"] => vec![self.event(at, "agent.logged_out", &[("agent", agent)])],
            [agent, "joins", queue] => vec![self.event(at, "agent.queue_joined", &[("agent", agent), ("queue", queue)])],
            ["the", "pbx", "restarts"] => vec![self.event(at, "source.restarted", &[])],
            _ => bail!("nobody says {:?} in a story", words.join(" ")),
        })
    }

    fn leaves(&mut self, at: Timestamp, call: &str, reason: &str, by: &str) -> anyhow::Result<Vec<String>> {
        let queue = self.queue(call)?;
        let mut lines = vec![self.event(at, "call.left_queue", &[("call", call), ("queue", &queue), ("reason", reason)])];
        lines.extend(self.ends(at, call, by));
        Ok(lines)
    }

    fn ends(&mut self, at: Timestamp, call: &str, by: &str) -> Vec<String> {
        self.ended.insert(call.into(), at);
        vec![self.event(at, "call.ended", &[("call", call), ("by", by)])]
    }

    fn queue(&self, call: &str) -> anyhow::Result<String> {
        self.queues.get(call).cloned().with_context(|| format!("{call} is in no queue"))
    }

    fn number(&mut self, at: Timestamp, kind: &str, fields: &[(&str, &str)], name: &str, value: i64) -> String {
        let line = self.event(at, kind, fields);
        line.replacen('}', &format!(",\"{name}\":{value}}}"), 1)
    }

    fn event(&mut self, at: Timestamp, kind: &str, fields: &[(&str, &str)]) -> String {
        self.said += 1;
        let mut object = serde_json::Map::new();
        let common = [("id", format!("story-{}", self.said)), ("at", at.to_string()), ("source", "pbx".into()), ("type", kind.into())];
        object.extend(common.into_iter().map(|(k, v)| (k.to_owned(), v.into())));
        object.extend(fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())));
        serde_json::Value::Object(object).to_string()
    }
}
