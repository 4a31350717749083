//! A disk that takes no more. The limit on the size of files stands in for a full one, as anybody may set it: the system
//! refuses the write in the same place, with another number. The words for a full disk are tested beside the log.

use std::path::Path;
use std::process::{Command, Stdio};

use callboard_tests::server::{Server, ended, program};

use super::{ask, done, has, story};

/// Runs the program in a shell that allows files of 64 KiB only.
fn limited(args: &[&str]) -> Command {
    let mut command = Command::new("bash");
    // Ignored, the signal becomes an error of the write, as a full disk is one.
    command.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""]).arg(program().unwrap()).args(args);
    command
}

#[test]
fn an_import_that_the_disk_ends_keeps_what_it_says_and_goes_on_later() {
    let folder = tempfile::tempdir().unwrap();
    let text = story(30_000);
    let (first, all) = (folder.path().join("first"), folder.path().join("all"));
    std::fs::write(&first, text.lines().take(100).flat_map(|l| [l, "\n"]).collect::<String>()).unwrap();
    std::fs::write(&all, &text).unwrap();
    let (data, first, all) = (folder.path().join("data"), first.to_str().unwrap(), all.to_str().unwrap());
    let data = data.to_str().unwrap();
    // The log's first file is made large at once, which the limit would not allow.
    done(&["import", "--dialect", "events", "--data", data, first]);
    let (code, out, err) = ended(&mut limited(&["import", "--dialect", "events", "--data", data, all])).unwrap();
    assert_eq!((code, out.as_str()), (3, ""), "{err}");
    has(&err, &["could not import", all, "/log durable: File too large", "start again"]);
    let told: u64 = err
        .lines()
        .find_map(|l| l.strip_suffix(" events are kept; import the same files again once this is mended, each counts once"))
        .map_or(0, |n| n.parse().unwrap());
    let kept: u64 = ask(data, "SELECT count(*) FROM events").parse().unwrap();
    assert!(kept >= 100 + told && kept < 30_000, "{kept} kept, told: {err}");

    let (out, _) = done(&["import", "--dialect", "events", "--data", data, all]);
    assert_eq!(out, format!("read 30000, accepted {}, duplicate {kept}, rejected 0\n", 30_000 - kept));
    assert_eq!(ask(data, "SELECT count(*), count(DISTINCT id) FROM events"), "30000,30000");
    let (ledger, _) = done(&["verify", "--data", data]);
    has(&ledger, &["30000 events folded"]);
}

#[test]
fn a_server_whose_log_takes_no_more_tells_the_sender_and_ends_with_3() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = story(30_000).lines().map(str::to_owned).collect();
    let data = folder.path().join("data");
    Server::start(&data, &[]).unwrap().stop().unwrap();
    let mut command = limited(&["serve", "--open", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    let mut server = command.env("NO_COLOR", "1").stderr(Stdio::piped()).spawn().unwrap();
    let mut said = std::io::BufRead::lines(std::io::BufReader::new(server.stderr.take().unwrap())).map(Result::unwrap);
    let base = said.find_map(|l| l.split_once("open http://").map(|(_, rest)| format!("http://{}", rest.split('/').next().unwrap()))).unwrap();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut acknowledged = 0;
    let refused = lines.chunks(1_000).find_map(|chunk| {
        let mut answer = agent.post(format!("{base}/api/v1/events")).send(&chunk.join("\n")).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        if answer.status() == 200 {
            acknowledged += chunk.len();
            return None;
        }
        Some((answer.status().as_u16(), text))
    });
    let (status, problem) = refused.expect("64 KiB hold everything");
    assert_eq!(status, 503);
    has(&problem, &["try again later", "could not make an append to the log"]);
    assert_eq!(server.wait().unwrap().code(), Some(3));
    has(&said.collect::<Vec<_>>().join("\n"), &["callboard: could not make an append to the log", "start again"]);

    assert!(acknowledged > 0);
    let kept = count(&data);
    assert!(kept >= acknowledged, "{acknowledged} were acknowledged, {kept} are there");
    let again = Server::start(&data, &[]).unwrap();
    again.send(&lines.join("\n")).unwrap();
    assert_eq!(again.sql("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM events").unwrap()[0], serde_json::json!({"n": 30_000, "ids": 30_000}));
    again.stop().unwrap();
}

fn count(data: &Path) -> usize {
    ask(data.to_str().unwrap(), "SELECT count(*) FROM events").parse().unwrap()
}
