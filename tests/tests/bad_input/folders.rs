//! Data folders that are damaged, in use, read-only or not there: the error names the file and what helps, and it helps.

use std::path::{Path, PathBuf};
use std::process::Command;

use callboard_tests::server::{Server, ended, program};

use super::{ask, done, failed, has, story};

const FIGURES: &str = "SELECT count(*) AS n, sum(offered) AS o, sum(answered) AS a, sum(wait_ms) AS w FROM queue_visits";

/// A folder with some history, and what it says.
struct Centre {
    folder: tempfile::TempDir,
    data: String,
    file: PathBuf,
    figures: String,
}

impl Centre {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("events.ndjson");
        std::fs::write(&file, story(3_000)).unwrap();
        let data = folder.path().join("data").to_str().unwrap().to_owned();
        let mut centre = Self { folder, data, file, figures: String::new() };
        done(&["import", "--dialect", "events", "--data", centre.data(), centre.file.to_str().unwrap()]);
        centre.figures = ask(centre.data(), FIGURES);
        assert!(!centre.figures.starts_with('0'), "{}", centre.figures);
        centre
    }

    fn data(&self) -> &str {
        &self.data
    }

    /// The first file below `part` of the folder whose name ends so.
    fn find(&self, part: &str, end: &str) -> PathBuf {
        find(&Path::new(self.data()).join(part), end).unwrap_or_else(|| panic!("nothing in {part} ends in {end}"))
    }

    fn remove(&self, part: &str) {
        std::fs::remove_dir_all(Path::new(self.data()).join(part)).unwrap();
    }
}

fn find(folder: &Path, end: &str) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    entries.into_iter().find_map(|path| if path.is_dir() { find(&path, end) } else { Some(path).filter(|p| p.to_str().unwrap().ends_with(end)) })
}

/// Spoils 64 bytes in the middle of what a file holds.
fn spoil(file: &Path) {
    let mut bytes = std::fs::read(file).unwrap();
    let used = bytes.iter().rposition(|b| *b != 0).unwrap();
    bytes[used / 2..used / 2 + 64].iter_mut().for_each(|b| *b ^= 0x5a);
    std::fs::write(file, bytes).unwrap();
}

#[test]
fn a_spoilt_parquet_file_is_named_and_history_can_be_made_again() {
    let centre = Centre::new();
    let file = centre.find("history/queue_visits", ".parquet");
    let whole = std::fs::read(&file).unwrap();
    spoil(&file);
    let said = failed(&["sql", "--data", centre.data(), "SELECT * FROM queue_visits"]);
    has(&said, &[file.to_str().unwrap(), "is damaged: the checksum does not fit", "restore it from a backup", "made again from the log"]);
    // A server starts all the same, says so, and answers what it can.
    let server = Server::start(Path::new(centre.data()), &[]).unwrap();
    let refused = server.sql("SELECT * FROM queue_visits").unwrap_err().to_string();
    has(&refused, &[file.to_str().unwrap(), "is damaged", "\"status\":500"]);
    assert_eq!(server.sql("SELECT count(*) AS n FROM events").unwrap()[0]["n"], 3_000);
    server.stop().unwrap();

    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    for command in [&["sql", "--data", centre.data(), "SELECT 1"][..], &["serve", "--listen", "127.0.0.1:0", "--data", centre.data()]] {
        has(&failed(command), &[file.to_str().unwrap(), "bytes instead of", "restore it from a backup"]);
    }
    std::fs::remove_file(&file).unwrap();
    has(&failed(&["sql", "--data", centre.data(), "SELECT 1"]), &[file.to_str().unwrap(), "it is missing"]);

    centre.remove("history");
    assert_eq!(ask(centre.data(), FIGURES), centre.figures);
}

#[test]
fn a_spoilt_manifest_is_named_and_history_can_be_made_again() {
    let centre = Centre::new();
    let manifest = centre.find("history", "manifest.json");
    spoil(&manifest);
    for command in [&["sql", "--data", centre.data(), "SELECT 1"][..], &["serve", "--listen", "127.0.0.1:0", "--data", centre.data()]] {
        has(&failed(command), &[manifest.to_str().unwrap(), "is damaged", "move it away to have it made again from the log"]);
    }
    std::fs::remove_file(&manifest).unwrap();
    has(&failed(&["sql", "--data", centre.data(), "SELECT 1"]), &[manifest.to_str().unwrap(), "it is missing, but there are Parquet files"]);
    centre.remove("history");
    assert_eq!(ask(centre.data(), FIGURES), centre.figures);
}

#[test]
fn a_spoilt_log_is_named_and_a_new_one_begins_where_history_ends() {
    let centre = Centre::new();
    spoil(&centre.find("log", ".jnl"));
    let log = Path::new(centre.data()).join("log");
    for command in [&["sql", "--data", centre.data(), "SELECT 1"][..], &["serve", "--listen", "127.0.0.1:0", "--data", centre.data()]] {
        has(&failed(command), &[log.to_str().unwrap(), "restore the folder from a backup, or move it away to begin an empty log"]);
    }
    centre.remove("log");
    assert_eq!(ask(centre.data(), FIGURES), centre.figures);
    let server = Server::start(Path::new(centre.data()), &[]).unwrap();
    let event = r#"{"id":"new","at":"2026-03-03T01:00:00.000Z","source":"other","type":"source.alive"}"#;
    assert_eq!(server.send(event).unwrap()["accepted"], 1);
    let offsets = server.until("SELECT \"offset\" AS n FROM events", |rows| rows.len() == 1).unwrap();
    assert_eq!(offsets[0]["n"], 3_000);
    server.stop().unwrap();
    assert_eq!(ask(centre.data(), FIGURES), centre.figures);
}

#[test]
fn a_second_process_is_told_what_to_do_and_the_first_goes_on() {
    let centre = Centre::new();
    let server = Server::start(Path::new(centre.data()), &[]).unwrap();
    let file = centre.file.to_str().unwrap();
    for command in [
        &["sql", "--data", centre.data(), "SELECT 1"][..],
        &["import", "--dialect", "events", "--data", centre.data(), file],
        &["serve", "--listen", "127.0.0.1:0", "--data", centre.data()],
    ] {
        has(&failed(command), &["could not open the data folder", centre.data(), "another process uses it", "--server URL"]);
    }
    has(&failed(&["verify", "--data", centre.data()]), &["another process uses it"]);
    let (out, _) = done(&["sql", "--server", server.base(), "--format", "csv", FIGURES]);
    assert_eq!(out.lines().nth(1), Some(centre.figures.as_str()));
    server.stop().unwrap();
}

#[test]
fn a_folder_that_cannot_be_written_is_told_by_name() {
    let centre = Centre::new();
    let chmod = |mode: &str| assert!(Command::new("chmod").args(["-R", mode, centre.data()]).status().unwrap().success());
    chmod("a-w");
    let id = Command::new("id").arg("-u").output().unwrap();
    let mut command = if id.stdout == b"0\n" {
        // Root may write everywhere unless it gives that up.
        let mut command = Command::new("setpriv");
        command.args(["--bounding-set=-dac_override", "--inh-caps=-dac_override", "--"]).arg(program().unwrap());
        command
    } else {
        Command::new(program().unwrap())
    };
    let (code, _, err) = ended(command.args(["sql", "--data", centre.data(), "SELECT 1"])).unwrap();
    chmod("u+w");
    assert_eq!(code, 3, "{err}");
    has(&err, &["could not write in the data folder", centre.data(), "Permission denied", "run as the user that it belongs to"]);
    assert_eq!(ask(centre.data(), FIGURES), centre.figures);
}

#[test]
fn a_question_to_no_data_is_refused_and_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().to_str().unwrap();
    has(&failed(&["sql", "--data", here, "SELECT 1"]), &["there is no data in the folder", here, "callboard import"]);
    assert_eq!(std::fs::read_dir(here).unwrap().count(), 0);
    let file = folder.path().join("a file");
    std::fs::write(&file, "").unwrap();
    let file = file.to_str().unwrap();
    has(&failed(&["serve", "--listen", "127.0.0.1:0", "--data", file]), &["could not use", file, "it is a file"]);
}

#[test]
fn a_folder_named_from_where_one_stands_is_found() {
    let centre = Centre::new();
    let sql =
        |folder: &str| ended(Command::new(program().unwrap()).current_dir(centre.folder.path()).args(["sql", "--data", folder, FIGURES])).unwrap();
    let (code, out, err) = sql("data");
    assert!(code == 0 && out.contains(centre.figures.split(',').next().unwrap()), "{out}{err}");
    std::fs::rename(centre.data(), centre.folder.path().join("数据 50% #1")).unwrap();
    let (code, out, err) = sql("数据 50% #1");
    assert!(code == 0 && out.contains(centre.figures.split(',').next().unwrap()), "{out}{err}");
}
