//! How often one caller may ask: a bucket that fills by the minute, by user, token or address.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use callboard_domain::Timestamp;

use crate::identity::{Caller, Via};
use crate::problem::Problem;

/// Callers that are remembered; when there are more, those with full buckets are forgotten.
const MOST: usize = 10_000;
const MINUTE_MS: i64 = 60_000;

/// The buckets.
#[derive(Debug)]
pub struct Limits {
    per_minute: i64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Thousandths of a request that may still be sent; a whole bucket is a minute's.
    left: i64,
    at: Timestamp,
}

impl Limits {
    /// So many requests a minute; any number where it is 0.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute: per_minute.into(), buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes one request out of the caller's bucket.
    ///
    /// # Errors
    /// 429 with the wait when it is empty.
    pub fn take(&self, caller: &Caller) -> Result<(), Problem> {
        if self.per_minute == 0 || matches!(caller.via, Via::Open | Via::Server) {
            return Ok(());
        }
        let who = match (&caller.via, &caller.user_id) {
            (Via::Token(id) | Via::Device(id), _) => format!("key {id}"),
            (_, Some(id)) => format!("user {id}"),
            _ => format!("address {}", caller.address),
        };
        let whole = self.per_minute * 1_000;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |b: &Bucket| (b.left + caller.at.since(b.at) * self.per_minute * 1_000 / MINUTE_MS).min(whole);
        if buckets.len() >= MOST && !buckets.contains_key(&who) {
            buckets.retain(|_, bucket| filled(bucket) < whole);
        }
        let left = buckets.get(&who).map_or(whole, filled);
        if left < 1_000 {
            let wait = (1_000 - left) * MINUTE_MS / (self.per_minute * 1_000);
            return Err(Problem::too_often(u64::try_from(wait / 1_000 + 1).unwrap_or(1)));
        }
        buckets.insert(who, Bucket { left: left - 1_000, at: caller.at });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn a_minute_s_requests_at_once_and_then_as_many_as_a_minute_brings() {
        let limits = Limits::new(60);
        let at = |ms| Caller::nobody(Lang::En, "10.0.0.1".into(), Timestamp::from_millis(ms));
        for _ in 0..60 {
            limits.take(&at(0)).unwrap();
        }
        assert_eq!(limits.take(&at(0)).unwrap_err().status(), 429);
        limits.take(&Caller::nobody(Lang::En, "10.0.0.2".into(), Timestamp::from_millis(0))).unwrap();
        assert!(limits.take(&at(999)).is_err());
        limits.take(&at(1_000)).unwrap();
        assert!(limits.take(&at(1_000)).is_err());
        Limits::new(0).take(&at(0)).unwrap();
    }
}
