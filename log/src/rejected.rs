//! Lines that are no events: kept with their reason, so that nothing disappears in silence.

use callboard_domain::Timestamp;

/// A longer line is kept up to here.
pub const MAX_RAW_BYTES: usize = 4 * 1024;
const VERSION: u8 = 1;

/// One refused line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its number, from 1; given by the log, 0 before.
    pub number: u64,
    /// When it came.
    pub received_at: Timestamp,
    /// The source that sent it.
    pub source: String,
    /// Where it stood: `file:line`.
    pub place: String,
    /// Why it is no event.
    pub reason: String,
    /// The line as it came, its first `MAX_RAW_BYTES` bytes.
    pub raw: Vec<u8>,
}

impl Rejected {
    pub(super) fn encode(&self) -> Vec<u8> {
        let raw = self.raw.get(..MAX_RAW_BYTES).unwrap_or(&self.raw);
        let mut out = Vec::with_capacity(32 + self.source.len() + self.place.len() + self.reason.len() + raw.len());
        out.push(VERSION);
        out.extend_from_slice(&self.received_at.as_millis().to_le_bytes());
        for part in [self.source.as_bytes(), self.place.as_bytes(), self.reason.as_bytes(), raw] {
            // Names, places and reasons are short and raw is cut: never near 4 GiB.
            out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
            out.extend_from_slice(part);
        }
        out
    }

    pub(super) fn decode(number: u64, bytes: &[u8]) -> Option<Self> {
        let (&VERSION, rest) = bytes.split_first()? else { return None };
        let (received_at, mut rest) = rest.split_first_chunk()?;
        let mut part = || {
            let (len, after) = rest.split_first_chunk()?;
            let (part, after) = after.split_at_checked(u32::from_le_bytes(*len) as usize)?;
            rest = after;
            Some(part)
        };
        let mut text = || part().map(|b| String::from_utf8_lossy(b).into_owned());
        let (source, place, reason) = (text()?, text()?, text()?);
        let raw = part()?.to_vec();
        Some(Self { number, received_at: Timestamp::from_millis(i64::from_le_bytes(*received_at)), source, place, reason, raw })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_line_survives_and_a_long_one_is_cut() {
        let mut line = Rejected {
            number: 7,
            received_at: Timestamp::from_millis(-3),
            source: "pbx1".into(),
            place: "queue_log:12".into(),
            reason: "torn".into(),
            raw: vec![0xff; 10_000],
        };
        let back = Rejected::decode(7, &line.encode()).unwrap();
        line.raw.truncate(MAX_RAW_BYTES);
        assert_eq!(back, line);
        assert_eq!(Rejected::decode(7, &line.encode()[..20]), None);
    }
}
