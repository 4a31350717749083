//! The ledger: how many rows were compared, and which differ.

use std::collections::BTreeMap;
use std::fmt;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, TimestampMillisecondType};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use callboard_domain::Timestamp;
use callboard_store::Table;
use callboard_store::history::adds_up;

use super::sums::Span;

/// Differences that are shown of one comparison.
const SHOWN: usize = 20;

/// What was compared and what differs.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pages: Vec<Page>,
}

#[derive(Debug)]
struct Page {
    what: String,
    rows: usize,
    differences: Vec<String>,
    hidden: usize,
}

/// One of the two sides: its name and its rows, the key's columns first.
pub(super) type Side<'a> = (&'a str, &'a [RecordBatch]);

/// The columns beside the key that are compared.
pub(super) fn compared(table: Table) -> Vec<String> {
    let (info, schema) = (table.info(), table.schema());
    let names = schema.fields().iter().map(|f| f.name().clone());
    names.filter(|n| !info.key.contains(&n.as_str()) && !["version", "duration_ms"].contains(&n.as_str())).collect()
}

/// The question for rows of a table in a span by their key; rows that add up are added up.
pub(super) fn question(table: Table, (from, to): Span) -> String {
    let info = table.info();
    let keys = info.key.join(", ");
    let sums = adds_up(table);
    let columns: Vec<String> = compared(table).into_iter().map(|name| if sums { format!("SUM({name}) AS {name}") } else { name }).collect();
    let grouped = if sums { format!(" GROUP BY {keys}") } else { String::new() };
    format!(
        "SELECT {keys}, {} FROM {} WHERE {time} >= TIMESTAMP '{from}' AND {time} < TIMESTAMP '{to}'{grouped}",
        columns.join(", "),
        info.name,
        time = info.time
    )
}

/// The times in a batch of times.
pub(super) fn times(batch: &RecordBatch) -> Vec<Timestamp> {
    let columns = batch.columns().iter().filter(|c| matches!(c.data_type(), DataType::Timestamp(..)));
    let times = columns.filter_map(|c| c.as_primitive_opt::<TimestampMillisecondType>()).flat_map(|c| c.iter().flatten());
    times.map(Timestamp::from_millis).collect()
}

impl Ledger {
    /// Whether nothing differs.
    pub(super) fn is_clean(&self) -> bool {
        self.pages.iter().all(|p| p.differences.is_empty())
    }

    /// Compares two sides; what was compared under the same name before goes on.
    pub(super) fn compare(&mut self, what: &str, table: Table, left: Side<'_>, right: Side<'_>) -> anyhow::Result<()> {
        let (ours, theirs) = (rows(table, left.1)?, rows(table, right.1)?);
        let mut differences = Vec::new();
        for (key, row) in &theirs {
            match ours.get(key) {
                None => differences.push(format!("{key}: in {}, not in {}", right.0, left.0)),
                Some(other) if other != row => {
                    differences.push(format!("{key}: {} {}, {} {}", left.0, other.join(" ; "), right.0, row.join(" ; ")));
                }
                Some(_) => {}
            }
        }
        for (key, row) in &ours {
            if !theirs.contains_key(key) {
                differences.push(format!("{key}: in {}, not in {}", left.0, right.0));
            }
            if row.len() > 1 {
                differences.push(format!("{key}: {} times in {}", row.len(), left.0));
            }
        }
        let page = self.page(what);
        page.rows += theirs.len();
        let room = SHOWN.saturating_sub(page.differences.len()).min(differences.len());
        page.hidden += differences.len() - room;
        page.differences.extend(differences.into_iter().take(room));
        Ok(())
    }

    fn page(&mut self, what: &str) -> &mut Page {
        let place = self.pages.iter().position(|p| p.what == what).unwrap_or_else(|| {
            self.pages.push(Page { what: what.to_owned(), rows: 0, differences: Vec::new(), hidden: 0 });
            self.pages.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the place was found or made above")]
        &mut self.pages[place]
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for page in &self.pages {
            writeln!(f, "{:<36} {:>9} rows, {} differ", page.what, page.rows, page.differences.len() + page.hidden)?;
            for difference in &page.differences {
                writeln!(f, "  {difference}")?;
            }
            if page.hidden > 0 {
                writeln!(f, "  and {} more", page.hidden)?;
            }
        }
        Ok(())
    }
}

/// Rows as text by key; more than one text where a key stands more than once.
fn rows(table: Table, batches: &[RecordBatch]) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let keys = table.info().key.len();
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let options = FormatOptions::default().with_null("-");
    for batch in batches {
        let columns = batch.columns().iter().map(|c| ArrayFormatter::try_new(c.as_ref() as &dyn Array, &options)).collect::<Result<Vec<_>, _>>()?;
        for i in 0..batch.num_rows() {
            let cells: Vec<String> = columns.iter().map(|c| c.value(i).to_string()).collect();
            let (key, rest) = cells.split_at_checked(keys).unwrap_or((&cells, &[]));
            // A row of sums that is all zero says the same as no row.
            if adds_up(table) && rest.iter().all(|c| c == "0") {
                continue;
            }
            rows.entry(key.join(" ")).or_default().push(rest.join(" "));
        }
    }
    Ok(rows)
}
