//! The file of a backup: written once, front to back, with a checksum for each table; read only after all of it was checked.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use callboard_domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::Error;
use super::tables::Column;
use crate::private;

/// The form of the file. A change that older versions cannot read makes it one more.
const FORM: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// The largest manifest, and the longest row: an attachment of 10 MiB and what stands around it.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// What the file says about itself.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) form: u32,
    /// The version of Callboard that wrote it.
    pub(super) made_by: String,
    /// When, RFC 3339.
    pub(super) made_at: String,
    pub(super) steps: Vec<Steps>,
    pub(super) tables: Vec<Table>,
}

/// The migrations of one tree that the tables had.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Steps {
    pub(super) table: String,
    pub(super) taken: Vec<String>,
}

/// One table.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: u64,
    sha256: String,
}

impl Manifest {
    pub(super) fn new(now: Timestamp, steps: Vec<Steps>, tables: Vec<Table>) -> Self {
        Self { form: FORM, made_by: env!("CARGO_PKG_VERSION").into(), made_at: now.to_string(), steps, tables }
    }
}

fn place(table: &str) -> String {
    format!("tables/{table}.ndjson")
}

/// Writes a backup beside its place and puts it there when it is whole.
pub(super) struct Writer {
    zip: ZipWriter<BufWriter<File>>,
    sum: Sha256,
    rows: u64,
    path: PathBuf,
    part: PathBuf,
}

impl Writer {
    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        if path.exists() {
            return Err(failed(std::io::ErrorKind::AlreadyExists.into()));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        // Hashes of passwords are in it.
        let file = private::create(&part).map_err(failed)?;
        Ok(Self { zip: ZipWriter::new(BufWriter::new(file)), sum: Sha256::new(), rows: 0, path: path.to_owned(), part })
    }

    fn failed(&self, source: impl Into<std::io::Error>) -> Error {
        Error::File { path: self.part.clone(), source: source.into() }
    }

    pub(super) fn begin(&mut self, table: &str) -> Result<(), Error> {
        (self.sum, self.rows) = (Sha256::new(), 0);
        self.zip.start_file(place(table), SimpleFileOptions::default().large_file(true)).map_err(|e| self.failed(e))
    }

    pub(super) fn row(&mut self, cells: &[Value]) -> Result<(), Error> {
        let mut line = serde_json::to_vec(cells).map_err(|e| self.failed(e))?;
        line.push(b'\n');
        self.sum.update(&line);
        self.rows += 1;
        self.zip.write_all(&line).map_err(|e| self.failed(e))
    }

    pub(super) fn end(&mut self, name: String, columns: Vec<Column>) -> Table {
        Table { name, columns, rows: self.rows, sha256: STANDARD.encode(self.sum.finalize_reset()) }
    }

    pub(super) fn finish(mut self, manifest: Manifest) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(&manifest).map_err(|e| self.failed(e))?;
        self.zip.start_file(MANIFEST, SimpleFileOptions::default()).map_err(|e| self.failed(e))?;
        self.zip.write_all(&text).map_err(|e| self.failed(e))?;
        let (path, part) = (self.path, self.part);
        let failed = |source: std::io::Error| Error::File { path: path.clone(), source };
        let file = self.zip.finish().map_err(|e| failed(e.into()))?.into_inner().map_err(|e| failed(e.into_error()))?;
        file.sync_all().map_err(failed)?;
        std::fs::rename(&part, &path).map_err(failed)
    }
}

/// A backup that is read.
pub(super) struct Reader {
    zip: ZipArchive<BufReader<File>>,
    pub(super) manifest: Manifest,
}

impl Reader {
    /// Opens a file and checks every table's sum: what comes after finds nothing broken.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|e| Error::Broken(e.to_string()))?;
        let manifest: Manifest = {
            let entry = zip.by_name(MANIFEST).map_err(|e| Error::Broken(format!("{MANIFEST}: {e}")))?;
            let value: Value = serde_json::from_reader(entry.take(MOST_BYTES)).map_err(|e| Error::Broken(format!("{MANIFEST}: {e}")))?;
            // A newer form may look different: its number is all that is sure.
            let (form, made_by) = (value.get("form").and_then(Value::as_u64), value.get("made_by").and_then(Value::as_str).unwrap_or("?"));
            if form.is_some_and(|form| form > u64::from(FORM)) {
                return Err(Error::Newer { made_by: made_by.into(), unknown: format!("form {}", form.unwrap_or_default()) });
            }
            serde_json::from_value(value).map_err(|e| Error::Broken(format!("{MANIFEST}: {e}")))?
        };
        let mut reader = Self { zip, manifest };
        for at in 0..reader.manifest.tables.len() {
            reader.check(at)?;
        }
        Ok(reader)
    }

    fn check(&mut self, at: usize) -> Result<(), Error> {
        let Some(table) = self.manifest.tables.get(at) else { return Ok(()) };
        let broken = |what: &str| Error::Broken(format!("table {}: {what}", table.name));
        let entry = self.zip.by_name(&place(&table.name)).map_err(|e| broken(&e.to_string()))?;
        let (mut sum, mut rows, mut lines, mut line) = (Sha256::new(), 0, BufReader::new(entry), Vec::new());
        while next(&mut lines, &mut line).map_err(|e| broken(&e.to_string()))? {
            sum.update(&line);
            rows += 1;
        }
        if rows != table.rows || STANDARD.encode(sum.finalize()) != table.sha256 {
            return Err(broken("its checksum is not that of its rows"));
        }
        Ok(())
    }

    /// The rows of a table, each with the length of its text.
    pub(super) fn rows(&mut self, table: &str) -> Result<impl Iterator<Item = Result<(usize, Vec<Value>), Error>>, Error> {
        let name = table.to_owned();
        let broken = move |what: String| Error::Broken(format!("table {name}: {what}"));
        let entry = self.zip.by_name(&place(table)).map_err(|e| broken(e.to_string()))?;
        let (mut lines, mut line) = (BufReader::new(entry), Vec::new());
        Ok(std::iter::from_fn(move || match next(&mut lines, &mut line) {
            Ok(true) => Some(serde_json::from_slice(&line).map(|row| (line.len(), row)).map_err(|e| broken(e.to_string()))),
            Ok(false) => None,
            Err(error) => Some(Err(broken(error.to_string()))),
        }))
    }
}

/// Reads a line of bounded length; whether there was one.
fn next(lines: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    let read = lines.take(MOST_BYTES).read_until(b'\n', line)?;
    if read > 0 && line.last() != Some(&b'\n') {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "a line does not end"));
    }
    Ok(read > 0)
}
