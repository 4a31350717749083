//! The connection: SQL in, Arrow out; Arrow in under a token. What may pass is tried again with growing pauses.

use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::buffer::Buffer;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamDecoder;
use arrow::ipc::writer::StreamWriter;
use clickhouse::Client;
use clickhouse::query::BytesCursor;
use futures::{Stream, TryStreamExt, stream};

use super::super::Error;
use super::{Options, tls};

/// How often one statement is tried before its error goes up; whoever is above tries again, with a longer pause.
const ATTEMPTS: u32 = 4;
/// The pause before the second try; the next are each four times as long.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Settings of every statement: SQL's own rules where ClickHouse has others, and Arrow as we read it.
const SETTINGS: [(&str, &str); 13] = [
    ("session_timezone", "UTC"),
    ("join_use_nulls", "1"),
    ("aggregate_functions_null_for_empty", "1"),
    ("transform_null_in", "0"),
    ("output_format_arrow_compression_method", "none"),
    ("output_format_arrow_string_as_string", "1"),
    ("output_format_arrow_low_cardinality_as_dictionary", "0"),
    ("async_insert", "0"),
    ("cancel_http_readonly_queries_on_client_close", "1"),
    ("max_partitions_per_insert_block", "1000"),
    // A condition names every row that was just replaced; after a backfill these are many.
    ("max_query_size", "67108864"),
    ("max_ast_elements", "5000000"),
    ("max_expanded_ast_elements", "10000000"),
];

/// A connection to ClickHouse. Cheap to clone.
#[derive(Clone)]
pub struct ClickHouse {
    client: Client,
    place: String,
    timeout: Duration,
}

impl PartialEq for ClickHouse {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl Eq for ClickHouse {}

impl std::fmt::Debug for ClickHouse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClickHouse({})", self.place)
    }
}

impl ClickHouse {
    /// Does not connect yet.
    ///
    /// # Errors
    /// When the URL is not of `http` or `https`, or the certificates cannot be read.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let mut client = tls::client(options)?.with_database(&options.database).with_product_info("callboard", env!("CARGO_PKG_VERSION"));
        if let Some(user) = &options.user {
            client = client.with_user(user);
        }
        if let Some(password) = &options.password {
            client = client.with_password(password);
        }
        for (name, value) in SETTINGS {
            client = client.with_setting(name, value);
        }
        if options.cluster.is_some() {
            // A commit's row is read back from whichever node answers, and rows lie on their shards before it.
            for (name, value) in [("insert_quorum", "auto"), ("select_sequential_consistency", "1"), ("distributed_foreground_insert", "1")] {
                client = client.with_setting(name, value);
            }
        }
        Ok(Self { client, place: format!("{}/{}", options.url, options.database), timeout: options.timeout })
    }

    /// Where it is, for people; without user and password.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Asks a question; the rows come as they arrive. Dropping the stream ends the question.
    pub fn query_arrow(&self, sql: &str) -> impl Stream<Item = Result<RecordBatch, Error>> + Send + 'static + use<> {
        let (sql, link) = (sql.to_owned(), self.clone());
        let begun = async move {
            let cursor = link.client.query_raw(&sql).fetch_bytes("ArrowStream").map_err(|e| link.failed("ask", e))?;
            Ok(stream::try_unfold(Reading { link, cursor, decoder: StreamDecoder::new(), rest: Buffer::default() }, Reading::next))
        };
        stream::once(begun).try_flatten()
    }

    /// A short answer, as a whole; tried again where that may help.
    pub(super) async fn rows(&self, sql: &str) -> Result<Vec<RecordBatch>, Error> {
        self.patiently("ask", || self.query_arrow(sql).try_collect()).await
    }

    /// Runs a statement without an answer; it must do no harm to run it twice.
    pub(super) async fn execute(&self, sql: &str) -> Result<(), Error> {
        self.patiently("run a statement on", || async {
            self.client.query_raw(sql).execute().await.map_err(|e| self.failed("run a statement on", e))
        })
        .await
    }

    /// Inserts a batch once, however often it is called with the same token and the same rows.
    pub(super) async fn insert(&self, table: &str, rows: &RecordBatch, token: &str) -> Result<(), Error> {
        let bytes = encode(rows).map_err(|source| Error::Rows { table: "ClickHouse", source })?;
        let bytes = bytes::Bytes::from(bytes);
        let columns = rows.schema().fields().iter().map(|f| f.name().clone()).collect::<Vec<_>>().join(", ");
        let sql = format!("INSERT INTO {table} ({columns}) FORMAT ArrowStream");
        self.patiently("insert into", || async {
            let mut insert = self
                .client
                .insert_formatted_with(sql.as_str())
                .with_setting("insert_deduplicate", "1")
                .with_setting("insert_deduplication_token", token)
                .with_timeouts(Some(self.timeout), Some(self.timeout));
            insert.send(bytes.clone()).await.map_err(|e| self.failed("insert into", e))?;
            insert.end().await.map_err(|e| self.failed("insert into", e))
        })
        .await
    }

    /// Tries until it works, cannot work, or was tried often enough.
    async fn patiently<T, F: Future<Output = Result<T, Error>>>(&self, doing: &'static str, mut attempt: impl FnMut() -> F) -> Result<T, Error> {
        let mut pause = FIRST_PAUSE;
        for left in (0..ATTEMPTS).rev() {
            let result = tokio::time::timeout(self.timeout, attempt()).await;
            let error = match result {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(error)) => error,
                Err(_) => self.failed(doing, clickhouse::error::Error::TimedOut),
            };
            if left == 0 || error.action() != super::super::Action::Retry {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            pause *= 4;
        }
        Err(self.failed(doing, clickhouse::error::Error::TimedOut))
    }

    fn failed(&self, doing: &'static str, source: clickhouse::error::Error) -> Error {
        Error::ClickHouse { doing, place: self.place.clone(), source: Box::new(source) }
    }
}

/// An answer under way.
struct Reading {
    link: ClickHouse,
    cursor: BytesCursor,
    decoder: StreamDecoder,
    /// Bytes that came and are not decoded yet: a batch may end anywhere in a piece of the answer.
    rest: Buffer,
}

impl Reading {
    async fn next(mut self) -> Result<Option<(RecordBatch, Self)>, Error> {
        loop {
            while !self.rest.is_empty() {
                let batch = self.decoder.decode(&mut self.rest).map_err(|e| self.unreadable(e))?;
                if let Some(batch) = batch {
                    return Ok(Some((batch, self)));
                }
            }
            match self.cursor.next().await.map_err(|e| self.link.failed("read the answer of", e))? {
                Some(bytes) => self.rest = Buffer::from(bytes),
                None => {
                    let end = self.decoder.finish();
                    return end.map(|()| None).map_err(|e| self.unreadable(e));
                }
            }
        }
    }

    fn unreadable(&self, error: ArrowError) -> Error {
        self.link.failed("read the answer of", clickhouse::error::Error::Other(Box::new(error)))
    }
}

/// A batch as one Arrow stream.
pub(super) fn encode(rows: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), &rows.schema())?;
    writer.write(rows)?;
    writer.into_inner()
}
