//! `mask`: a telephone number that can be shown to people who may not know it, alone or within a document.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::exec_err;

use serde_json::Value;

use super::{Function, Help};

/// Fewer digits are no telephone number.
const LEAST_RUN: usize = 7;
/// The names under which events and paths hold telephone numbers.
const NUMBERS: [&str; 2] = ["from", "to"];

pub(super) fn functions() -> Vec<Function> {
    let help = Help {
        name: "mask",
        usage: "mask(number)",
        comment: "A telephone number with its middle digits as stars: 13812345678 becomes 138****5678; numbers under five digits are all stars.",
    };
    let within = Help {
        name: "mask_within",
        usage: "mask_within(json)",
        comment: "A JSON text such as calls.path or events.line with the numbers in its from and to masked; a text that is no JSON becomes stars.",
    };
    let runs = Help {
        name: "mask_runs",
        usage: "mask_runs(text)",
        comment: "A text such as the name of a recording with every run of seven or more digits masked.",
    };
    vec![text(help, mask), text(within, mask_within), text(runs, mask_runs)]
}

/// A function of one text.
fn text(help: Help, of: fn(&str) -> String) -> Function {
    let body = move |columns: &[ArrayRef], _: usize| match columns.first().and_then(|c| c.as_string_opt::<i32>()) {
        Some(texts) => Ok(Arc::new(texts.iter().map(|t| t.map(of)).collect::<StringArray>()) as ArrayRef),
        None => exec_err!("{} takes a text", help.name),
    };
    Function::new(help, vec![vec![DataType::Utf8]], DataType::Utf8, Arc::new(body))
}

/// Masks every run of digits that may be a number.
fn mask_runs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let (digits, after) = from.split_at(from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len()));
        out.push_str(before);
        if digits.len() >= LEAST_RUN {
            out.push_str(&mask(digits))
        } else {
            out.push_str(digits)
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Masks whatever says who calls and who is called, however deep it stands.
fn mask_within(json: &str) -> String {
    fn hide(value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(hide),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(number) if NUMBERS.contains(&name.as_str()) => *number = mask(number),
                        other => hide(other),
                    }
                }
            }
            _ => {}
        }
    }
    match serde_json::from_str(json) {
        Ok(mut value) => {
            hide(&mut value);
            value.to_string()
        }
        Err(_) => "****".to_owned(),
    }
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
    use super::{mask, mask_runs, mask_within};

    #[test]
    fn a_number_in_a_name_is_hidden() {
        assert_eq!(mask_runs("2026/11/30/q-13812345678-8001.wav"), "2026/11/30/q-138****5678-8001.wav");
        assert_eq!(mask_runs("录音 1234567"), "录音 1****67");
    }

    #[test]
    fn numbers_within_a_document_are_hidden_and_the_rest_stays() {
        let path = r#"[{"at":"2026-11-30T01:00:00.000Z","what":"started","to":"13812345678"},{"agent":"8001","what":"answered"}]"#;
        let masked = mask_within(path);
        assert!(masked.contains("138****5678") && masked.contains(r#""agent":"8001""#) && !masked.contains("13812345678"), "{masked}");
        assert_eq!(mask_within("from 13812345678"), "****");
    }

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
