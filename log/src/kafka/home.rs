//! Where a key belongs: the partition that Java's clients, and so most outside producers, choose for it.
//!
//! The number of partitions is the one that the log began with. One that is added later gets no key: a call that is under
//! way would go on in another partition, where its beginning is not.

/// The partition of a key among so many.
pub(super) fn home(key: &[u8], partitions: u32) -> u32 {
    (murmur2(key) & 0x7fff_ffff) % partitions.max(1)
}

/// Murmur 2 with Kafka's seed.
fn murmur2(data: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    let mix = |k: u32| {
        let k = k.wrapping_mul(M);
        (k ^ (k >> 24)).wrapping_mul(M)
    };
    let mut hash = 0x9747_b28c ^ (data.len() as u32);
    let (words, rest) = data.as_chunks();
    for word in words {
        hash = hash.wrapping_mul(M) ^ mix(u32::from_le_bytes(*word));
    }
    if !rest.is_empty() {
        let tail = rest.iter().rev().fold(0, |tail, byte| tail << 8 | u32::from(*byte));
        hash = (hash ^ tail).wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lie_where_java_puts_them() {
        let hash = |key: &str| murmur2(key.as_bytes()).cast_signed();
        assert_eq!([hash("21"), hash("abc"), hash("foobar")], [-973_932_308, 479_470_107, -790_332_482]);
        assert_eq!(hash("a-little-bit-long-string"), -985_981_536);
        assert!(home(b"abc", 12) == 479_470_107 % 12 && home(b"abc", 1) == 0);
    }
}
