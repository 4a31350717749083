//! The cookie of a paired screen. It is renewed with every answer and its key never changes by itself: a screen that
//! nobody can type at must not be locked out by one answer that was lost.

use super::session::secure;
use crate::Admin;

/// The cookie's name.
pub const COOKIE: &str = "callboard_device";
/// As long as browsers keep any cookie.
const KEPT_S: i64 = 400 * 24 * 3_600;

/// The cookie that holds a key.
#[must_use]
pub fn cookie(admin: &Admin, key: &str) -> String {
    format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Strict; Max-Age={KEPT_S}{}", secure(admin))
}
