//! The audit log of listening: one line for each time that somebody listens, not for each part that a player asks for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use callboard_admin::Admin;
use callboard_admin::audit::{self, Entry};
use callboard_admin::identity::{Caller, Via};
use callboard_admin::problem::Problem;

/// A pause after which who goes on listening listens again.
const PAUSE_MS: i64 = 30 * 60 * 1000;
/// Listenings that are remembered before those that are over are forgotten.
const MANY: usize = 10_000;

/// Who, what they do, what it is done to.
type Key = (String, &'static str, String);

/// Who listens to what now. Only on this node: with several, each writes its line.
#[derive(Debug, Default)]
pub(crate) struct Listenings(Mutex<HashMap<Key, i64>>);

impl Listenings {
    /// Writes a line unless the same caller did the same within the last half hour; before a byte is sent.
    ///
    /// # Errors
    /// When the store fails: then nothing may be heard.
    pub(crate) async fn note(&self, admin: &Admin, caller: &Caller, entry: Entry<'_>) -> Result<(), Problem> {
        let key = (who(caller), entry.action, format!("{}/{}", entry.resource, entry.target.unwrap_or_default()));
        if self.goes_on(&key, admin.now().as_millis()) {
            return Ok(());
        }
        let tx = admin.begin().await?;
        audit::note(admin, &tx, caller, entry).await?;
        tx.commit().await?;
        self.remember(key, admin.now().as_millis());
        Ok(())
    }

    fn goes_on(&self, key: &Key, now: i64) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get_mut(key) {
            Some(last) if now - *last < PAUSE_MS => {
                *last = now;
                true
            }
            _ => false,
        }
    }

    fn remember(&self, key: Key, now: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            known.retain(|_, last| now - *last < PAUSE_MS);
        }
        known.insert(key, now);
    }
}

/// A session or a token: the same person at another desk listens on their own.
fn who(caller: &Caller) -> String {
    match &caller.via {
        Via::Session { id, .. } => format!("session {id}"),
        Via::Token(id) => format!("token {id}"),
        Via::Device(id) => format!("device {id}"),
        Via::Nobody | Via::Open | Via::Server => format!("at {}", caller.address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listening_goes_on_until_a_pause_of_half_an_hour_and_is_one_person_s_of_one_sound() {
        let listenings = Listenings::default();
        let key = |who: &str, what: &str| (who.to_owned(), "listen", what.to_owned());
        assert!(!listenings.goes_on(&key("me", "1"), 0));
        listenings.remember(key("me", "1"), 0);
        for at in [1, PAUSE_MS, 2 * PAUSE_MS - 1] {
            assert!(listenings.goes_on(&key("me", "1"), at), "{at}");
        }
        assert!(!listenings.goes_on(&key("me", "1"), 3 * PAUSE_MS - 1));
        assert!(!listenings.goes_on(&key("me", "2"), 1) && !listenings.goes_on(&key("you", "1"), 1));
        assert!(!listenings.goes_on(&("me".into(), "download", "1".into()), 1));
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let listenings = Listenings::default();
        for n in 0..MANY {
            listenings.remember((n.to_string(), "listen", "1".into()), 0);
        }
        listenings.remember(("one more".into(), "listen", "1".into()), PAUSE_MS);
        assert_eq!(listenings.0.lock().unwrap().len(), 1);
    }
}
