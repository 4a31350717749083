//! What can go wrong with a question, in words for the person who asked it.

use std::time::Duration;

use datafusion::common::{DataFusionError, SchemaError};

use crate::measure;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is no SQL.
    #[error("could not read the SQL: {message}")]
    Syntax {
        /// What the parser expected, and where.
        message: String,
    },
    /// The statement is more than a question.
    #[error("could not run {statement}: only SELECT, EXPLAIN, SHOW and DESCRIBE are answered")]
    NotAllowed {
        /// Its first words.
        statement: String,
    },
    /// A measure is not there or does not fit.
    #[error(transparent)]
    Measure(#[from] measure::Error),
    /// A table, a column or a function is not there, or types do not fit.
    #[error("could not plan the query: {message}")]
    Plan {
        /// What is wrong.
        message: String,
    },
    /// It failed on the way, for instance by a division by zero or a damaged file.
    #[error("could not run the query: {message}")]
    Run {
        /// What happened.
        message: String,
        /// The cause below, for the log.
        #[source]
        source: Option<Box<DataFusionError>>,
    },
    /// It took longer than allowed.
    #[error("could not finish the query within {} ms", limit.as_millis())]
    Timeout {
        /// The limit.
        limit: Duration,
    },
    /// It needed more memory than allowed.
    #[error("could not run the query within {limit_bytes} bytes of memory")]
    Memory {
        /// The limit.
        limit_bytes: usize,
    },
    /// It had more rows than allowed.
    #[error("could not return more than {limit} rows")]
    Rows {
        /// The limit.
        limit: usize,
    },
    /// Whoever asked does not want the answer any more.
    #[error("could not finish the query: it was cancelled")]
    Cancelled,
    /// An answer could not be written as text.
    #[error("could not write the rows as {format}")]
    Output {
        /// The format.
        format: &'static str,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// Whether the person who asked can mend it by asking otherwise, as opposed to a fault on our side.
    #[must_use]
    pub const fn is_users(&self) -> bool {
        !matches!(self, Self::Run { .. } | Self::Output { .. })
    }

    /// An error while planning, told in the words of the question.
    pub(crate) fn plan(error: &DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::SQL(parser, _) => Self::Syntax { message: parser_message(&parser.to_string()) },
            DataFusionError::SchemaError(schema, _) => Self::Plan { message: schema_message(schema) },
            other => Self::Plan { message: shorten(&other.strip_backtrace()) },
        }
    }

    /// An error while running.
    pub(crate) fn run(error: DataFusionError, memory_limit: usize) -> Self {
        if matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)) {
            return Self::Memory { limit_bytes: memory_limit };
        }
        Self::Run { message: shorten(&error.find_root().strip_backtrace()), source: Some(Box::new(error)) }
    }
}

pub(crate) fn parser_message(text: &str) -> String {
    text.trim_start_matches("sql parser error: ").to_owned()
}

fn schema_message(error: &SchemaError) -> String {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let names: Vec<String> = valid_fields.iter().map(|c| c.name.clone()).collect();
            let near = measure::nearest(&field.name, names.iter().map(String::as_str));
            let what = field.relation.as_ref().map_or_else(|| field.name.clone(), |r| format!("{}.{}", r.table(), field.name));
            if near.is_empty() { format!("no column {what}") } else { format!("no column {what}; did you mean {}?", near.join(", ")) }
        }
        SchemaError::AmbiguousReference { field } => format!("column {} is in more than one table; write table.{}", field.name, field.name),
        SchemaError::DuplicateQualifiedField { name, .. } | SchemaError::DuplicateUnqualifiedField { name } => {
            format!("two columns are called {name}; give one another name with AS")
        }
    }
}

/// DataFusion's text without its prefixes, its advice to file a bug, and its length.
fn shorten(text: &str) -> String {
    const MAX_CHARS: usize = 400;
    let mut text = text;
    for prefix in
        ["Error during planning: ", "Execution error: ", "External error: ", "This feature is not implemented: ", "Internal error: ", "Arrow error: "]
    {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    let text = text.split("\nThis issue was likely caused").next().unwrap_or(text).replace("callboard.public.", "");
    let text = text.trim().trim_end_matches('.');
    if text.chars().count() > MAX_CHARS { text.chars().take(MAX_CHARS).chain(" ...".chars()).collect() } else { text.to_owned() }
}
