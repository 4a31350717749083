//! Chance as a parameter: ids, secrets and one-time passwords are made from it, so a test can repeat them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use callboard_domain::Timestamp;
use sha2::{Digest, Sha256};

/// Whoever gives bytes that nobody can guess; only `server` has one that asks the machine.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// Letters and digits that nobody mixes up when reading them from a terminal.
const LEGIBLE: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";

/// A UUID of version 7: ordered by time.
#[must_use]
pub fn id(random: &dyn Random, at: Timestamp) -> String {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(at.as_millis()).unwrap_or_default(), &bytes).into_uuid().to_string()
}

/// A secret of 256 bits as text for cookies and headers.
#[must_use]
pub fn secret(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A password of 80 bits in groups of four.
#[must_use]
pub fn legible(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let mut text = String::with_capacity(19);
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(LEGIBLE.get(usize::from(byte & 31)).copied().unwrap_or(b'a')));
    }
    text
}

/// How a secret is kept: its SHA-256. It has 256 bits of chance, so nothing slower is needed.
#[must_use]
pub fn digest(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}
