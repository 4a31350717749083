//! Why rows differ where nothing is wrong with history: it was measured by other targets than those of the rules now.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;

/// How many waits of each queue were measured by which target.
pub(super) const QUESTION: &str =
    "SELECT CAST(queue AS VARCHAR) AS queue, target_ms, short_ms, COUNT(*) AS n FROM queue_visits GROUP BY queue, target_ms, short_ms";

type Waits = BTreeMap<String, BTreeMap<(i64, i64), i64>>;

/// A line for each queue whose waits have other targets in history than the rules give them; empty where all agree.
pub(super) fn explained(history: &[RecordBatch], rules: &[RecordBatch]) -> String {
    let (history, rules) = (counted(history), counted(rules));
    let mut told = String::new();
    for (queue, measured) in &history {
        let Some(ruled) = rules.get(queue).filter(|ruled| *ruled != measured) else { continue };
        let _ = writeln!(told, "  {queue}: {} in history, {} by the rules", said(measured), said(ruled)); // a String takes everything
    }
    if told.is_empty() {
        return told;
    }
    format!(
        "targets differ: a rule whose moment is past was changed in the configuration file, or another file was given, after these waits were \
         measured. What follows from targets differs with them\n{told}"
    )
}

fn counted(batches: &[RecordBatch]) -> Waits {
    let mut waits = Waits::new();
    for batch in batches {
        let numbers = |name: &str| batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
        let queues = batch.column_by_name("queue").and_then(|column| arrow::compute::cast(column, &arrow::datatypes::DataType::Utf8).ok());
        let (Some(queues), Some(targets), Some(shorts), Some(counts)) = (queues, numbers("target_ms"), numbers("short_ms"), numbers("n")) else {
            continue;
        };
        let Some(queues) = queues.as_string_opt::<i32>() else { continue };
        for row in 0..batch.num_rows() {
            let by = waits.entry(queues.value(row).to_owned()).or_default();
            *by.entry((targets.value(row), shorts.value(row))).or_default() += counts.value(row);
        }
    }
    waits
}

fn said(by: &BTreeMap<(i64, i64), i64>) -> String {
    let one = |((target, short), n): (&(i64, i64), &i64)| format!("{n} by {target} ms (short {short} ms)");
    by.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    fn waits(rows: &[(&str, i64, i64)]) -> Vec<RecordBatch> {
        let numbers = |of: fn(&(&str, i64, i64)) -> i64| Arc::new(rows.iter().map(of).collect::<Int64Array>()) as ArrayRef;
        let queues = Arc::new(rows.iter().map(|row| Some(row.0)).collect::<StringArray>()) as ArrayRef;
        let columns = [("queue", queues), ("target_ms", numbers(|r| r.1)), ("short_ms", numbers(|_| 5_000)), ("n", numbers(|r| r.2))];
        vec![RecordBatch::try_from_iter(columns).unwrap()]
    }

    #[test]
    fn only_queues_with_other_targets_are_told() {
        let (history, rules) = (waits(&[("cards", 20_000, 7), ("loans", 20_000, 3)]), waits(&[("cards", 10_000, 7), ("loans", 20_000, 3)]));
        assert_eq!(explained(&history, &history), "");
        let told = explained(&history, &rules);
        assert!(told.contains("cards: 7 by 20000 ms (short 5000 ms) in history, 7 by 10000 ms (short 5000 ms) by the rules"), "{told}");
        assert!(!told.contains("loans"), "{told}");
    }
}
