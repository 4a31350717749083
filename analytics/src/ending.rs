//! Calls that have ended, by the time from which on nothing more is expected of them.

use std::collections::BTreeMap;

use callboard_domain::Timestamp;
use callboard_domain::time::SECOND_MS;

/// The ended calls of one source, by the second in which they are looked at again.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    seconds: BTreeMap<i64, Vec<(Timestamp, u128)>>,
}

impl Ending {
    /// A call is to be looked at once its source has come so far.
    pub(crate) fn push(&mut self, due: Timestamp, call: u128) {
        self.seconds.entry(due.as_millis().div_euclid(SECOND_MS)).or_default().push((due, call));
    }

    /// Takes out one that is due, by seconds.
    pub(crate) fn next_due(&mut self, watermark: Timestamp) -> Option<u128> {
        loop {
            let mut second = self.seconds.first_entry().filter(|second| second.key() * SECOND_MS <= watermark.as_millis())?;
            // Last first: nothing has to move up.
            match second.get().iter().rposition(|(due, _)| *due <= watermark) {
                Some(place) => return Some(second.get_mut().swap_remove(place).1),
                None if second.get().is_empty() => drop(second.remove()),
                None => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_comes_out_once_its_time_has_come() {
        let at = Timestamp::from_millis;
        let mut ending = Ending::default();
        for (due, call) in [(5_300, 1), (1_200, 2), (1_900, 3), (-1, 4)] {
            ending.push(at(due), call);
        }
        let mut taken = |watermark| std::iter::from_fn(|| ending.next_due(at(watermark))).collect::<Vec<_>>();
        assert_eq!(taken(-2), []);
        assert_eq!(taken(1_500), [4, 2]);
        assert_eq!(taken(1_899), []);
        assert_eq!(taken(9_000), [3, 1]);
    }
}
