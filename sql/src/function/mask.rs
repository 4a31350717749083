//! `mask`: a telephone number that can be shown to people who may not know it.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::exec_err;

use super::{Function, Help};

pub(super) fn functions() -> Vec<Function> {
    let help = Help {
        name: "mask",
        usage: "mask(number)",
        comment: "A telephone number with its middle digits as stars: 13812345678 becomes 138****5678; numbers under five digits are all stars.",
    };
    let body = |columns: &[ArrayRef], _: usize| match columns.first().and_then(|c| c.as_string_opt::<i32>()) {
        Some(numbers) => Ok(Arc::new(numbers.iter().map(|n| n.map(mask)).collect::<StringArray>()) as ArrayRef),
        None => exec_err!("mask takes a text"),
    };
    vec![Function::new(help, vec![vec![DataType::Utf8]], DataType::Utf8, Arc::new(body))]
}

/// Stars for letters and digits, except the first and last few; other signs stay.
fn mask(number: &str) -> String {
    let count = number.chars().filter(|c| c.is_alphanumeric()).count();
    let (first, last) = match count {
        0..=4 => (0, 0),
        5..=7 => (1, 2),
        8..=10 => (2, 3),
        _ => (3, 4),
    };
    let mut seen = 0;
    number
        .chars()
        .map(|c| {
            if !c.is_alphanumeric() {
                return c;
            }
            seen += 1;
            if seen <= first || seen > count - last { c } else { '*' }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn the_middle_of_a_number_is_hidden_and_its_signs_stay() {
        assert_eq!(mask("13812345678"), "138****5678");
        assert_eq!(mask("+86 138 1234 5678"), "+86 1** **** 5678");
        assert_eq!(mask("01234567"), "01***567");
        assert_eq!(mask("100200"), "1***00");
        assert_eq!(mask("8001"), "****");
        assert_eq!(mask("anonymous"), "an****ous");
        assert_eq!(mask(""), "");
    }
}
