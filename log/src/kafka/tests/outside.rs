//! Others write to the topic too, and not all of it is an event.

use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

use super::*;

/// A client that knows nothing of us.
pub(super) struct Outsider {
    producer: BaseProducer,
    topic: String,
}

impl Outsider {
    pub(super) fn new(rig: &Rig) -> Self {
        let mut config = rdkafka::ClientConfig::new();
        config.set("bootstrap.servers", &rig.options.bootstrap).set("linger.ms", "0");
        Self { producer: config.create().unwrap(), topic: rig.options.topic.clone() }
    }

    pub(super) fn send(&self, partition: i32, value: Option<&[u8]>) {
        let mut record: BaseRecord<'_, str, [u8]> = BaseRecord::to(&self.topic).key("any").partition(partition);
        record.payload = value;
        self.producer.send(record).map_err(|(e, _)| e).unwrap();
        self.producer.flush(Duration::from_secs(30)).unwrap();
    }
}

#[test]
fn a_poison_record_goes_to_the_rejects_once_and_the_stream_goes_on() {
    let rig = Rig::shared();
    let log = rig.open();
    let outsider = Outsider::new(&rig);
    outsider.send(0, Some(b"\xff\xfe no event"));
    outsider.send(0, None);
    outsider.send(0, Some(line(1, 0).replace(r#""v":1"#, "\n\"v\"\r\n:\n1").as_bytes()));
    outsider.send(0, Some(line(1, 1).replace("2025", "2999").as_bytes()));
    outsider.send(0, Some(&[b"{\"a\":".repeat(20_000), b"1".to_vec(), b"}".repeat(20_000)].concat()));
    outsider.send(0, Some(&[b'x'; 900_000]));
    outsider.send(1, Some(line(1, 0).as_bytes()));
    outsider.send(0, Some(line(1, 2).as_bytes()));
    rig.append(&log, batch([line(2, 0)])).unwrap();

    let lines = rig.read_all(&log, &Position::default());
    assert_eq!(by_call(&lines), BTreeMap::from([("c1".into(), vec!["c1-0".into(), "c1-2".into()]), ("c2".into(), vec!["c2-0".into()])]));
    let rejected = log.rejected(1, 100).unwrap();
    let places: Vec<&str> = rejected.iter().map(|r| r.place.as_str()).collect();
    assert_eq!(places, ["0:0", "0:1", "0:3", "0:4", "0:5"]);
    assert!(rejected.iter().all(|r| r.source == rig.options.topic && !r.reason.is_empty() && r.raw.len() <= crate::MAX_RAW_BYTES));
    assert!(rejected[2].reason.contains("2999"), "{}", rejected[2].reason);

    // Read again, by this node and by one that starts anew: kept once.
    assert_eq!(rig.read_all(&log, &Position::default()).len(), 3);
    drop(log);
    let log = rig.open();
    assert_eq!(rig.read_all(&log, &Position::default()).len(), 3);
    assert_eq!(log.rejected(1, 100).unwrap().len(), 5);
}

#[test]
fn what_an_outsider_sends_in_a_transaction_counts_when_it_is_committed() {
    let rig = Rig::shared();
    let log = rig.open();
    let mut config = rdkafka::ClientConfig::new();
    config.set("bootstrap.servers", &rig.options.bootstrap).set("transactional.id", &rig.options.topic);
    let producer: BaseProducer = config.create().unwrap();
    let wait = Duration::from_secs(30);
    producer.init_transactions(wait).unwrap();
    for (step, commit) in [(0, true), (1, false), (2, true)] {
        producer.begin_transaction().unwrap();
        let value = line(1, step);
        producer.send(BaseRecord::to(&rig.options.topic).key("c1").payload(value.as_bytes()).partition(3)).map_err(|(e, _)| e).unwrap();
        producer.flush(wait).unwrap();
        if commit { producer.commit_transaction(wait).unwrap() } else { producer.abort_transaction(wait).unwrap() }
    }
    assert_eq!(rig.read_all(&log, &Position::default()), [line(1, 0), line(1, 2)]);
}
