//! Sheets that people open in Excel: CSV and XLSX, read and written, with nothing in them that a spreadsheet would run.

use std::io::{Cursor, Read};

use calamine::{Data, Reader as _, Xlsx};
use rust_xlsxwriter::{Format as Look, Workbook};

use callboard_admin::problem::Problem;

/// The most rows of a file that is read, and of an XLSX that is written.
pub const MOST_ROWS: usize = 100_000;
/// The most bytes that an XLSX may unpack to.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;
/// Excel takes a CSV without it for its own old encoding.
const BOM: &str = "\u{feff}";

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma separated, UTF-8.
    Csv,
    /// Office Open XML.
    Xlsx,
}

impl Format {
    /// By its name in a query.
    ///
    /// # Errors
    /// 422 for any other.
    pub fn named(name: &str) -> Result<Self, Problem> {
        match name {
            "csv" => Ok(Self::Csv),
            "xlsx" => Ok(Self::Xlsx),
            _ => Err(Problem::field("format", "kind", "must be csv or xlsx", "须为 csv 或 xlsx")),
        }
    }

    /// By the type of a body.
    ///
    /// # Errors
    /// 415 for any other.
    pub fn of_type(mime: &str) -> Result<Self, Problem> {
        match mime.split(';').next().unwrap_or_default().trim() {
            "text/csv" => Ok(Self::Csv),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Ok(Self::Xlsx),
            _ => Err(Problem::unsupported("send text/csv or an XLSX file", "请上传 CSV 或 XLSX 文件")),
        }
    }

    /// The type of a body.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The end of a file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Whether a spreadsheet would take a cell for a formula.
fn runs(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell that no spreadsheet takes for a formula: the apostrophe means text and is not shown.
#[must_use]
pub fn harmless(cell: &str) -> String {
    if runs(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// What was meant by a cell that [`harmless`] wrote.
#[must_use]
pub fn meant(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| runs(rest)).unwrap_or(cell)
}

/// The first lines of a CSV.
///
/// # Errors
/// When memory is short.
pub fn csv_head(head: &[String]) -> Result<Vec<u8>, Problem> {
    let mut bytes = BOM.as_bytes().to_vec();
    bytes.extend(csv_rows(&[head.to_vec()])?);
    Ok(bytes)
}

/// Lines of a CSV.
///
/// # Errors
/// When memory is short.
pub fn csv_rows(rows: &[Vec<String>]) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless(cell))).map_err(|_| Problem::internal())?;
    }
    writer.into_inner().map_err(|_| Problem::internal())
}

/// A whole XLSX; cells are texts and are marked as such.
///
/// # Errors
/// More rows than are written.
pub fn xlsx(head: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, Problem> {
    let (mut book, quoted, bold) = (Workbook::new(), Look::new().set_quote_prefix(), Look::new().set_bold());
    let sheet = book.add_worksheet();
    let failed = |_: rust_xlsxwriter::XlsxError| Problem::internal();
    for (column, cell) in head.iter().enumerate() {
        sheet.write_string_with_format(0, u16::try_from(column).unwrap_or(u16::MAX), cell, &bold).map_err(failed)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    for (line, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            if runs(cell) {
                sheet.write_string_with_format(line, column, cell, &quoted).map_err(failed)?;
            } else if !cell.is_empty() {
                sheet.write_string(line, column, cell).map_err(failed)?;
            }
        }
    }
    book.save_to_buffer().map_err(failed)
}

/// The rows of a file, the head first; all as text.
///
/// # Errors
/// What makes it unreadable, or too large.
pub fn read(format: Format, bytes: &[u8]) -> Result<Vec<Vec<String>>, Problem> {
    let rows = match format {
        Format::Csv => read_csv(bytes)?,
        Format::Xlsx => read_xlsx(bytes)?,
    };
    if rows.len() > MOST_ROWS + 1 {
        return Err(Problem::too_large(format!("a file may have {MOST_ROWS} rows"), format!("文件最多 {MOST_ROWS} 行")));
    }
    Ok(rows)
}

fn read_csv(bytes: &[u8]) -> Result<Vec<Vec<String>>, Problem> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(Problem::bad_request("the file is not UTF-8; save it as CSV UTF-8", "文件不是 UTF-8 编码, 请另存为 CSV UTF-8"));
    };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.trim_start_matches(BOM).as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| Problem::bad_request(format!("the file cannot be read: {e}"), format!("文件无法读取: {e}")))?;
        rows.push(record.iter().map(|cell| meant(cell).to_owned()).collect());
        if rows.len() > MOST_ROWS + 1 {
            break;
        }
    }
    Ok(rows)
}

fn read_xlsx(bytes: &[u8]) -> Result<Vec<Vec<String>>, Problem> {
    let bad = |_| Problem::bad_request("the file is no XLSX", "文件不是有效的 XLSX");
    unpacks_within(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| bad(()))?;
    let sheet = book.worksheet_range_at(0).ok_or_else(|| bad(()))?.map_err(|_| bad(()))?;
    // A cell far out makes a range of all between.
    if sheet.width() > 200 || sheet.height() > MOST_ROWS + 1 {
        return Err(Problem::too_large("the sheet has too many rows or columns", "工作表的行或列过多"));
    }
    Ok(sheet.rows().map(|row| row.iter().map(cell).collect()).collect())
}

/// A small file may unpack to a huge one: everything is unpacked once into nothing, up to a bound.
fn unpacks_within(bytes: &[u8]) -> Result<(), Problem> {
    let bad = || Problem::bad_request("the file is no XLSX", "文件不是有效的 XLSX");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| bad())?;
    let mut left = MOST_UNPACKED;
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(|_| bad())?;
        let unpacked = std::io::copy(&mut file.take(left + 1), &mut std::io::sink()).map_err(|_| bad())?;
        left = left.checked_sub(unpacked).ok_or_else(|| Problem::too_large("the file unpacks to too much", "文件解压后过大"))?;
    }
    Ok(())
}

fn cell(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => meant(text).to_owned(),
        Data::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text_and_comes_back_as_it_was() {
        let row: Vec<String> = ["=1+1", "+8613800001111", "-1", "@SUM(A1)", "\tx", "plain", "'quoted", ""].map(Into::into).to_vec();
        let csv = [csv_head(&["a".into()]).unwrap(), csv_rows(std::slice::from_ref(&row)).unwrap()].concat();
        let text = String::from_utf8(csv.clone()).unwrap();
        assert!(text.contains("'=1+1,'+8613800001111,'-1,'@SUM(A1)"), "{text}");
        assert_eq!(read(Format::Csv, &csv).unwrap()[1], row);
        let book = xlsx(&["a".into()], std::slice::from_ref(&row)).unwrap();
        assert_eq!(read(Format::Xlsx, &book).unwrap()[1][..6], row[..6]);
    }

    #[test]
    fn a_file_that_unpacks_to_too_much_and_one_that_is_none_are_refused() {
        use std::io::Write as _;
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default().compression_level(Some(1))).unwrap();
        let zeros = vec![0; 1024 * 1024];
        for _ in 0..257 {
            zip.write_all(&zeros).unwrap();
        }
        let bomb = zip.finish().unwrap().into_inner();
        assert!(bomb.len() < 4 * 1024 * 1024, "{} B, whichever codec packed them", bomb.len());
        assert_eq!(read(Format::Xlsx, &bomb).unwrap_err().status(), 413);
        assert_eq!(read(Format::Xlsx, b"PK nonsense").unwrap_err().status(), 400);
        assert_eq!(read(Format::Csv, &[0xff, 0xfe]).unwrap_err().status(), 400);
    }
}
