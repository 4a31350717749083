//! The address of a request: text, before anything behind the gate looks for what it names.
//!
//! A NUL is what PostgreSQL cannot keep or compare, other control characters stand in no name, and what is no UTF-8 is no text.

use axum::http::Uri;
use percent_encoding::percent_decode_str;

use crate::problem::Problem;

/// Refuses an address with control characters, but for the blanks that people paste into a search, or with what is no text.
///
/// # Errors
/// 400.
pub(super) fn check(uri: &Uri) -> Result<(), Problem> {
    for part in [uri.path(), uri.query().unwrap_or_default()] {
        let Ok(text) = percent_decode_str(part).decode_utf8() else {
            return Err(Problem::bad_request("the address is not UTF-8", "地址不是有效的 UTF-8"));
        };
        if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
            return Err(Problem::bad_request("the address has control characters", "地址包含控制字符"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_without_control_characters_is_an_address() {
        let refused = |address: &str| check(&address.parse().unwrap()).is_err();
        assert!(["/users/%00", "/users?q=a%00b", "/users/%ff", "/users?q=%C3%28", "/x%7F", "/x%C2%85"].into_iter().all(refused));
        assert!(!["/users/%E7%8E%8B%20x", "/users?q=%09a%0D%0A", "/users?q=100%", "/users?q=a+b%25", "/"].into_iter().any(refused));
    }
}
