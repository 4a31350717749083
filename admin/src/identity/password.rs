//! Passwords: what is accepted, and how they are kept (argon2id with OWASP's parameters, the crate's defaults).

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::Admin;
use crate::problem::{FieldError, Problem};

/// The fewest and most characters.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=128;
/// Too well known, whatever their length.
const KNOWN: [&str; 12] = [
    "1234567890",
    "0123456789",
    "qwertyuiop",
    "password12",
    "password123",
    "password1234",
    "administrator",
    "callboard123",
    "1q2w3e4r5t",
    "abcdefghij",
    "iloveyou123",
    "welcome1234",
];
/// What is compared when there is no such user, so that the answer takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$BnSFYcVHHVsGbgNIFMzxxvNHVDVaPBHvmUGkXWBkFqU";

/// Checks a new password against the policy: long enough, several different characters, not well known, not the login.
///
/// # Errors
/// The rule that it breaks, as an error of the field.
pub fn accept(field: &str, password: &str, login: &str) -> Result<(), FieldError> {
    let wrong = |en: &str, zh: &str| Err(FieldError::new(field, "rule", en, zh));
    if !LENGTH.contains(&password.chars().count()) {
        return wrong("must have 10 to 128 characters", "长度须为 10 至 128 个字符");
    }
    let lower = password.to_lowercase();
    let mut letters: Vec<char> = lower.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 5 {
        return wrong("must have at least five different characters", "至少包含 5 个不同的字符");
    }
    if KNOWN.contains(&lower.as_str()) || login.len() > 2 && lower.contains(&login.to_lowercase()) {
        return wrong("is too easy to guess", "过于容易被猜到");
    }
    Ok(())
}

/// Hashes a password; on the blocking pool, because it takes milliseconds by intention.
///
/// # Errors
/// When the pool is gone.
pub async fn hash(admin: &Admin, password: &str) -> Result<String, Problem> {
    let mut salt = [0; 16];
    admin.random().fill(&mut salt);
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || {
        let hash: Result<PasswordHash, _> = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|h| h.to_string())
    });
    match hashed.await {
        Ok(Ok(hash)) => Ok(hash),
        _ => Err(Problem::internal()),
    }
}

/// Whether a password is the one that is kept; takes as long where none is.
///
/// # Errors
/// When the pool is gone.
pub async fn fits(password: &str, kept: Option<&str>) -> Result<bool, Problem> {
    let (password, kept, real) = (password.to_owned(), kept.unwrap_or(NOBODY).to_owned(), kept.is_some());
    let compared = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&kept).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    });
    compared.await.map(|fits| fits && real).map_err(|_| Problem::internal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_the_rule() {
        for (password, login) in
            [("short", "x"), ("aaaaaaaaaaaa", "x"), ("Password123", "x"), ("wangwei-2026", "wangwei"), (&"a1b2c3".repeat(30), "x")]
        {
            assert_eq!(accept("password", password, login).unwrap_err().code, "rule", "{password}");
        }
        accept("password", "correct horse battery", "wangwei").unwrap();
        accept("password", "北京的秋天很美丽明亮呀", "wangwei").unwrap();
    }

    #[tokio::test]
    async fn without_a_user_as_much_is_computed_and_nothing_fits() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!fits("anything", None).await.unwrap());
    }
}
