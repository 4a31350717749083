//! Telephone numbers in the one form in which customers and lists keep them and are looked up by them.

use callboard_admin::problem::Problem;

/// China's country code, as it is dialled from within and from abroad.
const CHINA: [&str; 2] = ["+86", "0086"];

/// A number without what depends on how it was dialled: China's prefix, blanks, the zero before a mobile number; what is
/// dialled abroad begins with `+`.
#[must_use]
pub fn normal(number: &str) -> String {
    let plain = plain(number);
    if let Some(national) = within_china(&plain) {
        let mobile = national.strip_prefix('0').unwrap_or(national);
        // A number of an area is dialled with its zero; short numbers and those free of charge have none.
        let area = national.len() >= 9 && !national.starts_with('0') && !is_free(national);
        return if is_mobile(mobile) { mobile.to_owned() } else { format!("{}{national}", if area { "0" } else { "" }) };
    }
    if let Some(abroad) = plain.strip_prefix("00").filter(|rest| !rest.is_empty()) {
        return format!("+{abroad}");
    }
    // A mobile number with the country's digits and no sign of them.
    let mobile = ["0", "86"].iter().find_map(|p| plain.strip_prefix(p).filter(|rest| is_mobile(rest)));
    mobile.unwrap_or(&plain).to_owned()
}

/// How numbers begin that were dialled like this: `normal` of them begins so. Nothing where it says no more than the country.
#[must_use]
pub fn beginning(prefix: &str) -> String {
    let plain = plain(prefix);
    let (national, china) = within_china(&plain).map_or((plain.as_str(), false), |rest| (rest, true));
    if let Some(abroad) = national.strip_prefix("00").filter(|_| !china) {
        return format!("+{abroad}");
    }
    let mobile = |text: &str| text.starts_with('1') && text.as_bytes().get(1).is_some_and(|second| *second >= b'3');
    match national.strip_prefix('0') {
        Some(rest) if mobile(rest) => rest.to_owned(),
        None if china && !national.is_empty() && !mobile(national) && !is_free(national) => format!("0{national}"),
        _ => national.to_owned(),
    }
}

/// Digits that a caller asks about, in the form in which they are looked up.
///
/// # Errors
/// What is no number.
pub(crate) fn asked(text: &str) -> Result<String, Problem> {
    let number = normal(text);
    if (2..=20).contains(&number.trim_start_matches('+').len()) {
        return Ok(number);
    }
    Err(Problem::field("number", "kind", "must be a telephone number of 2 to 20 digits", "须为 2 至 20 位的电话号码"))
}

fn plain(number: &str) -> String {
    number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

fn within_china(plain: &str) -> Option<&str> {
    CHINA.iter().find_map(|p| plain.strip_prefix(p))
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && digits.as_bytes().get(1).is_some_and(|second| *second >= b'3')
}

/// Numbers of the whole country: 400 and 800.
fn is_free(national: &str) -> bool {
    national.starts_with("400") || national.starts_with("800")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_telephone_has_one_number_however_it_was_dialled() {
        for mobile in ["13800001111", "013800001111", "+86 138-0000-1111", "008613800001111", "8613800001111", "+86013800001111"] {
            assert_eq!(normal(mobile), "13800001111", "{mobile}");
        }
        for area in ["01065550000", "+861065550000", "+86 010 6555 0000"] {
            assert_eq!(normal(area), "01065550000", "{area}");
        }
        assert_eq!((normal("+441632960961"), normal("00441632960961")), ("+441632960961".into(), "+441632960961".into()));
        assert_eq!((normal("8001"), normal("95500"), normal("+8695500")), ("8001".into(), "95500".into(), "95500".into()));
        assert_eq!((normal("4001234567"), normal("+864001234567")), ("4001234567".into(), "4001234567".into()));
    }

    #[test]
    fn a_number_begins_as_its_beginning_says_however_both_were_dialled() {
        for (prefixes, numbers) in [
            (["138", "0138", "+86138", "0086 138"], ["13800001111", "013800001111", "+8613800001111"]),
            (["0571", "0571", "+86571", "+860571"], ["057188880000", "+8657188880000", "0086057188880000"]),
            (["+44", "0044", "+44", "0044"], ["+441632960961", "00441632960961", "+44 1632 960961"]),
            (["400", "+86400", "0086400", "400"], ["4001234567", "+864001234567", "400-123-4567"]),
        ] {
            for prefix in prefixes {
                for number in numbers {
                    assert!(normal(number).starts_with(&beginning(prefix)), "{number} and {prefix}");
                }
            }
        }
        assert_eq!((beginning("+86"), beginning("0086")), (String::new(), String::new()));
        assert!(!normal("01088880000").starts_with(&beginning("+86138")));
    }
}
