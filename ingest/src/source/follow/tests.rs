//! Files that grow, rotate and are cut, in a folder of their own.

use std::fs;
use std::io::Write as _;

use super::*;

const A: &str = "1700000000|a.1|loans|NONE|ENTERQUEUE||5550100|1\n";
const B: &str = "1700000010|a.1|loans|Mei|CONNECT|10|a.2|3\n";
const C: &str = "1700000070|a.1|loans|Mei|COMPLETECALLER|10|60|1\n";

fn append(path: &std::path::Path, text: &str) {
    fs::OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// Everything that is there now, and the last position.
async fn drain(follow: &mut Follow) -> (String, Option<FollowPosition>, Vec<Happened>) {
    let (mut text, mut position, mut happened) = (String::new(), None, Vec::new());
    let mut quiet = 0;
    while quiet < 2 {
        let chunk = follow.next().await.unwrap();
        quiet = if chunk.bytes.is_empty() && chunk.happened == Happened::Nothing { quiet + 1 } else { 0 };
        text.push_str(std::str::from_utf8(&chunk.bytes).unwrap());
        position = chunk.position.or(position);
        if chunk.happened != Happened::Nothing {
            happened.push(chunk.happened);
        }
    }
    (text, position, happened)
}

async fn skip_before(follow: &mut Follow) -> String {
    let mut text = Vec::new();
    while let Some(lines) = follow.before().await.unwrap() {
        text.extend(lines);
    }
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn whole_lines_come_as_the_file_grows_and_a_torn_one_waits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue_log");
    let mut follow = Follow::open(&path, None).await.unwrap();
    assert_eq!(drain(&mut follow).await.0, "", "no file yet");
    append(&path, &A[..20]);
    assert_eq!(drain(&mut follow).await.0, "");
    append(&path, &A[20..]);
    append(&path, B);
    assert_eq!(drain(&mut follow).await.0, format!("{A}{B}"));
    append(&path, C);
    assert_eq!(drain(&mut follow).await.0, C);
}

#[tokio::test]
async fn a_rotated_file_is_read_to_its_end_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue_log");
    append(&path, A);
    let mut follow = Follow::open(&path, None).await.unwrap();
    drain(&mut follow).await;
    fs::rename(&path, folder.path().join("queue_log.0")).unwrap();
    append(&folder.path().join("queue_log.0"), B);
    assert_eq!(drain(&mut follow).await.0, B, "written after the rename, before the new file");
    append(&folder.path().join("queue_log.0"), &C[..9]);
    append(&path, C);
    let (text, _, happened) = drain(&mut follow).await;
    assert_eq!(text, format!("{}{C}", &C[..9]), "the torn end of the old file is a line of its own");
    assert_eq!(happened, [Happened::Rotated]);
}

#[tokio::test]
async fn a_restart_goes_on_where_it_was_even_after_rotations() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue_log");
    append(&path, A);
    let mut follow = Follow::open(&path, None).await.unwrap();
    let (_, position, _) = drain(&mut follow).await;
    drop(follow);
    append(&path, B);
    let mut follow = Follow::open(&path, position.clone()).await.unwrap();
    assert_eq!(skip_before(&mut follow).await, A);
    assert_eq!(drain(&mut follow).await.0, B);
    drop(follow);
    fs::rename(&path, folder.path().join("queue_log.0")).unwrap();
    append(&folder.path().join("queue_log.1.gz"), "packed");
    append(&folder.path().join("queue_log_of_another"), "other");
    append(&path, C);
    let mut follow = Follow::open(&path, position).await.unwrap();
    assert_eq!(skip_before(&mut follow).await, A);
    let (text, _, happened) = drain(&mut follow).await;
    assert_eq!((text, happened), (format!("{B}{C}"), vec![Happened::Rotated]));
}

#[tokio::test]
async fn a_file_cut_short_is_read_again_and_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue_log");
    append(&path, &format!("{A}{B}"));
    let mut follow = Follow::open(&path, None).await.unwrap();
    let (_, position, _) = drain(&mut follow).await;
    fs::write(&path, C).unwrap();
    let (text, _, happened) = drain(&mut follow).await;
    assert_eq!((text.as_str(), happened), (C, vec![Happened::Truncated]));
    let mut follow = Follow::open(&path, position).await.unwrap();
    assert_eq!(skip_before(&mut follow).await, "");
    let (text, _, happened) = drain(&mut follow).await;
    assert_eq!((text.as_str(), happened), (C, vec![Happened::Unknown]), "the same inode with other bytes is another file");
}

/// A clock that stands.
struct Still(Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Keeps deliveries and refuses after so many.
struct Kept {
    kept: Vec<Delivery<FollowPosition>>,
    most: usize,
}

impl Deliver<FollowPosition> for Kept {
    async fn deliver(&mut self, delivery: Delivery<FollowPosition>) -> Result<(), NotDelivered> {
        if self.kept.len() == self.most {
            return Err(NotDelivered { reason: "full".into() });
        }
        self.kept.push(delivery);
        Ok(())
    }
}

async fn follow_once(path: &std::path::Path, from: Option<FollowPosition>, most: usize, alone: bool) -> Vec<Delivery<FollowPosition>> {
    let config = FollowConfig { source: "pbx".into(), path: path.to_owned(), poll: Duration::from_millis(1), alone, rules: AgentRules::default() };
    let mut kept = Kept { kept: Vec::new(), most };
    let clock = Still(Timestamp::from_millis(1_700_000_100_000));
    tokio::select! {
        end = run(&config, from, &clock, &mut kept) => assert!(matches!(end, Err(FollowError::Deliver(_)))),
        () = tokio::time::sleep(Duration::from_secs(5)) => {}
    }
    kept.kept
}

#[tokio::test(start_paused = true)]
async fn events_rejects_and_position_come_together_and_a_restart_tells_only_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue_log");
    append(&path, &format!("{A}bad line\n{B}"));
    let first = follow_once(&path, None, 2, true).await;
    assert!(matches!(first[0].events[0].body, Body::SourceConnected(_)));
    assert_eq!(first[1].events.len(), 7);
    assert_eq!(first[1].rejected[0].place, format!("{} byte {}", path.display(), A.len()));
    append(&path, C);
    let again = follow_once(&path, first[1].position.clone(), 1, false).await;
    let kinds: Vec<String> =
        again[0].events.iter().map(|e| e.to_line().split("\"type\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["call.leg_ended", "call.ended", "agent.state"], "the agent is known to have been talking");
}

#[test]
fn a_gap_is_filled_with_the_calls_of_its_time_only() {
    let log = format!("{A}{B}{C}1700000200|b.1|loans|NONE|ENTERQUEUE||5550101|1\n");
    let found = backfill("pbx", log.as_bytes(), Timestamp::from_millis(1_700_000_010_400), Timestamp::from_millis(1_700_000_200_000));
    let times: Vec<i64> = found.events.iter().map(|e| e.at.as_millis() / 1_000 - 1_700_000_000).collect();
    assert_eq!(times, [10, 70, 70]);
}

#[test]
fn of_the_second_in_which_a_source_fell_silent_only_the_last_word_on_an_agent_is_told_again() {
    let log = "1700000010|NONE|NONE|Mei|PAUSEALL|lunch\n1700000010|NONE|loans|Mei|PAUSE|lunch\n1700000010|NONE|loans|Wei|PAUSE|coffee\n\
        1700000010|NONE|NONE|Mei|UNPAUSEALL|\n1700000010|NONE|loans|Mei|UNPAUSE|\n1700000011|NONE|loans|Mei|PAUSE|coffee\n\
        1700000011|NONE|loans|Mei|UNPAUSE|\n1700000012|MANAGER|loans|Mei|REMOVEMEMBER|\n";
    let missed = backfill("pbx", log.as_bytes(), Timestamp::from_millis(1_700_000_010_400), Timestamp::from_millis(1_700_000_012_000));
    let told: Vec<_> = missed.presence.iter().map(|p| (p.at.as_millis() / 1_000 - 1_700_000_000, p.agent.as_str(), p.queue.is_some())).collect();
    assert_eq!(told, [(10, "Wei", true), (10, "Mei", false), (10, "Mei", true), (11, "Mei", true), (11, "Mei", true)]);
}
