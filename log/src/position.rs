//! Where a reader stands: for every partition of the log, the offset that it reads next.
//!
//! The embedded log is the case of one partition. Positions of one reader only grow, so their totals compare as
//! they do.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Next offsets by partition, from partition 0 on; a partition beyond the last one named stands at 0.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(Vec<u64>);

impl Position {
    /// Of a log with one partition.
    #[must_use]
    pub fn single(offset: u64) -> Self {
        Self(vec![offset])
    }

    /// The next offset of a partition; 0 for one that has not been read.
    #[must_use]
    pub fn offset(&self, partition: usize) -> u64 {
        self.0.get(partition).copied().unwrap_or(0)
    }

    /// Sets the next offset of a partition.
    pub fn set(&mut self, partition: usize, offset: u64) {
        if self.0.len() <= partition {
            self.0.resize(partition + 1, 0);
        }
        if let Some(slot) = self.0.get_mut(partition) {
            *slot = offset;
        }
    }

    /// All offsets, by partition.
    pub fn offsets(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.0.iter().copied().enumerate()
    }

    /// How many partitions it names.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.0.len()
    }

    /// The sum of all offsets: one number that grows as a reader goes on.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// For every partition the later of both offsets.
    #[must_use]
    pub fn later(&self, other: &Self) -> Self {
        Self((0..self.0.len().max(other.0.len())).map(|p| self.offset(p).max(other.offset(p))).collect())
    }

    /// For every partition the earlier of both offsets.
    #[must_use]
    pub fn earlier(&self, other: &Self) -> Self {
        Self((0..self.0.len().max(other.0.len())).map(|p| self.offset(p).min(other.offset(p))).collect())
    }

    /// Whether no partition stands before `other`.
    #[must_use]
    pub fn reaches(&self, other: &Self) -> bool {
        other.offsets().all(|(p, offset)| self.offset(p) >= offset)
    }
}

impl PartialEq for Position {
    fn eq(&self, other: &Self) -> bool {
        self.reaches(other) && other.reaches(self)
    }
}

impl Eq for Position {}

/// Two positions of which neither reaches the other have no order.
impl PartialOrd for Position {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.reaches(other), other.reaches(self)) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Greater),
            (false, true) => Some(Ordering::Less),
            (false, false) => None,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [offset] => offset.fmt(f),
            _ => {
                for (partition, offset) in self.offsets() {
                    let comma = if partition == 0 { "" } else { " " };
                    write!(f, "{comma}{partition}:{offset}")?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(offsets: &[u64]) -> Position {
        Position(offsets.to_vec())
    }

    #[test]
    fn positions_are_ordered_where_one_reaches_the_other() {
        assert!(position(&[3, 4]) > position(&[3, 3]));
        assert!(position(&[3, 4]) < position(&[3, 4, 1]));
        assert_eq!(position(&[3]).partial_cmp(&position(&[3, 0])), Some(Ordering::Equal));
        assert_eq!(position(&[3, 4]).partial_cmp(&position(&[4, 3])), None);
        assert_eq!(position(&[3, 4]).later(&position(&[4, 3, 9])), position(&[4, 4, 9]));
        assert_eq!(position(&[3, 4]).earlier(&position(&[4, 3, 9])), position(&[3, 3, 0]));
    }

    #[test]
    fn a_partition_that_was_added_is_read_from_its_beginning() {
        let mut position = position(&[7]);
        assert_eq!((position.offset(3), position.to_string()), (0, "7".to_owned()));
        position.set(2, 5);
        assert_eq!((position.offset(1), position.total(), position.to_string()), (0, 12, "0:7 1:0 2:5".to_owned()));
        let text = serde_json::to_string(&position).unwrap();
        assert_eq!((text.as_str(), serde_json::from_str::<Position>(&text).unwrap()), ("[7,0,5]", position));
    }
}
