//! Events with ids that depend on nothing but what they say.
//!
//! The id is a hash of the event without its id, and of how many equal events of the same instant came before it. State
//! of the reader and place in a file stay out of it: files that overlap give equal ids where they tell the same.

use callboard_domain::{Body, Event, Timestamp};
use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_128;

/// How long equal events are counted apart: later ones differ by their time.
const REMEMBER_MS: i64 = 10_000;

/// Collects the events of one source and gives them their ids.
#[derive(Debug)]
pub struct Emit {
    teller: &'static str,
    source: String,
    pending: Vec<Event<'static>>,
    /// How often an equal event came, by its hash; forgotten once time has moved on.
    seen: HashMap<u128, (Timestamp, u32)>,
    newest_at: Timestamp,
    line: Vec<u8>,
}

impl Emit {
    /// For the events of one source as one dialect tells them; `teller` is the dialect's short name.
    #[must_use]
    pub fn new(teller: &'static str, source: &str) -> Self {
        Self { teller, source: source.to_owned(), pending: Vec::new(), seen: HashMap::new(), newest_at: Timestamp::default(), line: Vec::new() }
    }

    /// Adds one event.
    pub fn push(&mut self, at: Timestamp, body: Body<'static>) {
        let mut event = Event { id: "".into(), at, source: self.source.clone().into(), body };
        event.id = self.id(&event).into();
        self.pending.push(event);
    }

    /// Takes what was collected, oldest first; equal times keep the order in which they were told.
    #[must_use]
    pub fn take(&mut self) -> Vec<Event<'static>> {
        self.pending.sort_by_key(|event| event.at);
        std::mem::take(&mut self.pending)
    }

    fn id(&mut self, event: &Event<'_>) -> String {
        self.line.clear();
        // Writing to a Vec cannot fail, and an event holds nothing that serde_json refuses.
        let _infallible = serde_json::to_writer(&mut self.line, event);
        let hash = xxh3_128(&self.line);
        if event.at.since(self.newest_at) > 0 {
            self.newest_at = event.at;
            if self.seen.len() > 4_096 {
                self.seen.retain(|_, (at, _)| event.at.since(*at) < REMEMBER_MS);
            }
        }
        let times = self.seen.entry(hash).or_insert((event.at, 0));
        times.1 += 1;
        if times.1 == 1 {
            return format!("{}:{hash:032x}", self.teller);
        }
        self.line.extend_from_slice(&times.1.to_le_bytes());
        format!("{}:{:032x}", self.teller, xxh3_128(&self.line))
    }
}

#[cfg(test)]
mod tests {
    use callboard_domain::event::SourceAlive;

    use super::*;

    fn ids(source: &str, times: &[i64]) -> Vec<String> {
        let mut emit = Emit::new("test", source);
        for ms in times {
            emit.push(Timestamp::from_millis(*ms), Body::SourceAlive(SourceAlive {}));
        }
        emit.take().into_iter().map(|e| e.id.into_owned()).collect()
    }

    #[test]
    fn the_same_text_twice_gives_the_same_ids_and_equal_events_differ() {
        let first = ids("a", &[1, 1, 2]);
        assert_eq!(first, ids("a", &[1, 1, 2]));
        assert_ne!(first[0], first[1]);
        assert_ne!(first[0], ids("b", &[1])[0]);
        assert_eq!(first[2], ids("a", &[2])[0], "what came before does not matter");
    }

    #[test]
    fn events_come_out_by_time() {
        let mut emit = Emit::new("test", "a");
        for ms in [5, 3, 4] {
            emit.push(Timestamp::from_millis(ms), Body::SourceAlive(SourceAlive {}));
        }
        assert_eq!(emit.take().iter().map(|e| e.at.as_millis()).collect::<Vec<_>>(), [3, 4, 5]);
        assert!(emit.take().is_empty());
    }
}
