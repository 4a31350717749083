//! Telephone numbers in the one form in which they are looked up.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use callboard_admin::problem::Problem;

/// A number without what depends on how it was dialled: China's prefix, blanks, and the zero before a mobile number.
#[must_use]
pub fn normal(number: &str) -> String {
    let plain: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let national = ["+86", "0086"].iter().find_map(|p| plain.strip_prefix(p)).unwrap_or(&plain);
    let mobile = national.strip_prefix('0').filter(|rest| is_mobile(rest)).unwrap_or(national);
    if mobile.len() == national.len() && national.len() == plain.len() {
        // A mobile number with the country's digits and no sign of them.
        return plain.strip_prefix("86").filter(|rest| is_mobile(rest)).unwrap_or(&plain).to_owned();
    }
    // What the prefix was taken from is a number of an area, which is dialled with its zero.
    if national.len() < plain.len() && !is_mobile(mobile) && !national.starts_with('0') { format!("0{national}") } else { mobile.to_owned() }
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && digits.as_bytes().get(1).is_some_and(|second| *second >= b'3')
}

/// The customer whose number it is.
///
/// # Errors
/// When the store fails.
pub async fn of_number(db: &impl ConnectionTrait, number: &str) -> Result<Option<String>, Problem> {
    let select = Query::select().column("customer_id").from("customer_numbers").and_where(Expr::col("number").eq(normal(number))).to_owned();
    Ok(db.query_one(&select).await?.map(|row| row.try_get("", "customer_id")).transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_telephone_has_one_number_however_it_was_dialled() {
        for mobile in ["13800001111", "013800001111", "+86 138-0000-1111", "008613800001111", "8613800001111"] {
            assert_eq!(normal(mobile), "13800001111", "{mobile}");
        }
        for area in ["01065550000", "+861065550000", "+86 010 6555 0000"] {
            assert_eq!(normal(area), "01065550000", "{area}");
        }
        assert_eq!(normal("+441632960961"), "+441632960961");
        assert_eq!((normal("8001"), normal("95500")), ("8001".into(), "95500".into()));
    }
}
