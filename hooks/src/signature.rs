//! How a receiver knows that a message is ours: Standard Webhooks 1.0, and what robots want in its place.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use callboard_admin::random::Random;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How secrets of Standard Webhooks begin.
pub(crate) const BEGINS: &str = "whsec_";
/// Bytes of a secret: what the specification permits, and what is made here.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;
const OWN_BYTES: usize = 32;

/// A new secret.
pub(crate) fn make(random: &dyn Random) -> String {
    let mut bytes = [0; OWN_BYTES];
    random.fill(&mut bytes);
    format!("{BEGINS}{}", STANDARD.encode(bytes))
}

/// The key that a secret stands for; none where it is not one.
pub(crate) fn key(secret: &str) -> Option<Vec<u8>> {
    STANDARD.decode(secret.strip_prefix(BEGINS)?).ok().filter(|key| BYTES.contains(&key.len()))
}

/// `v1,<signature>` of id, time in seconds and body, for each secret that holds now.
pub(crate) fn standard(secrets: &[String], id: &str, at_s: i64, body: &str) -> String {
    let content = format!("{id}.{at_s}.{body}");
    let signed = secrets.iter().filter_map(|secret| key(secret)).map(|key| format!("v1,{}", hmac(&key, content.as_bytes())));
    signed.collect::<Vec<_>>().join(" ")
}

/// As DingTalk wants it: over the time in ms and the secret itself.
pub(crate) fn dingtalk(secret: &str, at_ms: i64) -> String {
    hmac(secret.as_bytes(), format!("{at_ms}\n{secret}").as_bytes())
}

/// As Feishu wants it: over nothing, the key being the time in seconds and the secret.
pub(crate) fn feishu(secret: &str, at_s: i64) -> String {
    hmac(format!("{at_s}\n{secret}").as_bytes(), b"")
}

/// HMAC-SHA-256 in base64.
#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn hmac(key: &[u8], content: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(content);
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification, <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.
    #[test]
    fn the_example_of_the_specification_is_signed_as_it_says() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let signed = standard(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_24_to_64_bytes_after_its_beginning() {
        let of = |n: usize| format!("{BEGINS}{}", STANDARD.encode(vec![7; n]));
        assert!(key(&of(24)).is_some() && key(&of(64)).is_some());
        assert!(key(&of(23)).is_none() && key(&of(65)).is_none() && key("whsec_!").is_none() && key(&STANDARD.encode([7; 32])).is_none());
    }

    #[test]
    fn each_secret_that_holds_signs() {
        let secrets = [format!("{BEGINS}{}", STANDARD.encode([1; 32])), format!("{BEGINS}{}", STANDARD.encode([2; 32]))];
        let both = standard(&secrets, "a", 1, "{}");
        let [one, two] = both.split(' ').collect::<Vec<_>>()[..] else { panic!("{both}") };
        assert!(one != two && [one, two].iter().all(|s| s.starts_with("v1,")));
    }
}
