//! Deliveries from outside: what is accepted, what is refused and what the sender learns.

use std::path::Path;

use super::*;
use crate::log::{Embedded, Writer};

struct At(i64);

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0)
    }
}

const NOON_MS: i64 = 1_763_467_200_000;

fn open(path: &Path) -> (Arc<Embedded>, Intake, std::thread::JoinHandle<Result<(), Error>>) {
    let clock: Arc<dyn Clock> = Arc::new(At(NOON_MS));
    let (log, writer): (_, Writer) = Embedded::open(&crate::log::Options::new(path), Arc::clone(&clock)).unwrap();
    let thread = std::thread::spawn(move || writer.run());
    (Arc::clone(&log), Intake::new(log, clock, Options::default()), thread)
}

fn event(id: &str, at_ms: i64) -> String {
    format!(r#"{{"id":"{id}","at":"{}","source":"pbx1","type":"source.alive"}}"#, Timestamp::from_millis(at_ms))
}

#[tokio::test]
async fn a_delivery_is_answered_line_by_line_and_the_stream_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (log, intake, _writer) = open(folder.path());
    let text = [
        event("a", NOON_MS).into_bytes(),
        b"not json".to_vec(),
        Vec::new(),
        event("b", NOON_MS + 5 * MINUTE_MS).into_bytes(),
        event("c", NOON_MS + 5 * MINUTE_MS + 1).into_bytes(),
        b"{\"id\":\"\xff\"}".to_vec(),
        event("a", NOON_MS).into_bytes(),
        b"{\"id\":\"half".to_vec(),
    ]
    .join(&b'\n');
    let receipt = intake.submit(&text, "pbx1", "http").await.unwrap();
    assert_eq!((receipt.accepted, receipt.duplicate), (2, 1));
    let refused: Vec<(usize, &str)> = receipt.rejected.iter().map(|r| (r.line, r.reason.as_str())).collect();
    assert_eq!(refused.iter().map(|r| r.0).collect::<Vec<_>>(), [2, 5, 6, 8]);
    assert!(refused[0].1.starts_with("not an event object"));
    assert_eq!(refused[1].1, "2025-11-18T12:05:00.001Z lies 300001 ms in the future; check the source's clock");
    assert_eq!(refused[2].1, "not UTF-8 from byte 7 on");
    assert!(refused[3].1.starts_with("torn last line: "), "{}", refused[3].1);
    let kept = log.rejected(1, 100).unwrap();
    assert_eq!(kept.iter().map(|r| r.place.as_str()).collect::<Vec<_>>(), ["http:2", "http:5", "http:6", "http:8"]);
    assert_eq!(kept[0].raw, b"not json");
    assert_eq!(log.end(), 2);

    let again = intake.submit(&text, "pbx1", "http").await.unwrap();
    assert_eq!((again.accepted, again.duplicate, again.rejected.len()), (0, 3, 4));
}

#[tokio::test]
async fn an_old_import_is_recognised_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let text: String = (0..5_000_i64).map(|i| event(&format!("e{i}"), i * 37_000) + "\n").collect();
    for run in 0..2 {
        let (log, intake, writer) = open(folder.path());
        let mut total = Receipt::default();
        let mut draft = intake.draft("bank", "feb.csv");
        for line in lines(text.as_bytes()) {
            draft.line(&line);
            if draft.len() == 1_000 {
                total.add(intake.append(std::mem::replace(&mut draft, intake.draft("bank", "feb.csv"))).await.unwrap());
            }
        }
        assert!(draft.is_empty());
        assert_eq!((total.accepted, total.duplicate), if run == 0 { (5_000, 0) } else { (0, 5_000) });
        log.close().await.unwrap();
        writer.join().unwrap().unwrap();
    }
}

#[tokio::test]
async fn events_of_a_dialect_pass_the_same_checks() {
    let folder = tempfile::tempdir().unwrap();
    let (log, intake, _writer) = open(folder.path());
    let good = event("a", NOON_MS);
    let good = callboard_domain::Event::parse(good.as_bytes()).unwrap();
    let mut nameless = good.clone();
    nameless.id = "".into();
    let mut draft = intake.draft("pbx1", "queue_log");
    draft.event(3, &good, b"raw 3");
    draft.event(4, &nameless, b"raw 4");
    draft.reject(5, b"raw 5", "seven columns");
    let receipt = intake.append(draft).await.unwrap();
    assert_eq!((receipt.accepted, receipt.rejected.len()), (1, 2));
    assert_eq!(log.rejected(1, 9).unwrap().iter().map(|r| r.raw.clone()).collect::<Vec<_>>(), [b"raw 4", b"raw 5"]);
    let block = log.read(0, 9).unwrap().unwrap();
    assert_eq!(block.lines().next().unwrap(), good.to_line().as_bytes());
}
