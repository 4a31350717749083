//! Brokers die, hang and come back: nothing acknowledged is lost, nothing waits for ever.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::thread;

use super::*;
use crate::Action;

#[test]
fn a_broker_killed_under_load_loses_nothing_acknowledged_and_doubles_nothing() {
    const SENDERS: u64 = 4;
    let mut broker = kafka::Kafka::start(&[]).unwrap();
    let rig = Rig::on(broker.bootstrap());
    let log = rig.open();
    let stop = Arc::new(AtomicBool::new(false));
    let confirmed = Arc::new(AtomicU32::new(0));
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (log, stop, confirmed) = (log.clone(), Arc::clone(&stop), Arc::clone(&confirmed));
            thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let (mut acknowledged, mut step) = (Vec::new(), 0);
                // A refused batch is sent again, as every source does.
                while !stop.load(Ordering::Relaxed) {
                    let lines: Vec<String> = (0..20).map(|call| line(sender * 100 + call, step)).collect();
                    match runtime.block_on(log.append(batch(lines.clone()))) {
                        Ok(_) => {
                            confirmed.fetch_add(1, Ordering::Relaxed);
                            acknowledged.extend(lines);
                            step += 1;
                        }
                        Err(error) => assert_eq!(error.action(), Action::Retry, "{error}"),
                    }
                }
                acknowledged
            })
        })
        .collect();
    let mut reader = log.reader(&Position::default()).unwrap();
    let mut lines = Vec::new();
    for round in 1..=3 {
        // Confirmed after the last restart, so the load runs again.
        let before = confirmed.load(Ordering::Relaxed);
        for _ in 0..10_000 {
            lines.extend(rig.read(&log, reader.as_mut(), 1));
            if confirmed.load(Ordering::Relaxed) > before + 20 {
                break;
            }
        }
        assert!(confirmed.load(Ordering::Relaxed) > before + 20, "no append was confirmed in round {round}");
        broker.kill().unwrap();
        broker.restart().unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    let acknowledged: Vec<String> = senders.into_iter().flat_map(|s| s.join().unwrap()).collect();
    let read_by_the_way = lines.len();
    for _ in 0..10_000 {
        match reader.read(1_000).unwrap() {
            Some(block) => lines.extend(block.lines().map(|l| String::from_utf8(l.to_vec()).unwrap())),
            None if reader.at_end() && reader.position().reaches(&log.end().unwrap()) => break,
            None => {}
        }
    }
    let read: BTreeSet<&String> = lines.iter().collect();
    let lost: Vec<&String> = acknowledged.iter().filter(|line| !read.contains(line)).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged events are missing, such as {:?}", lost.len(), acknowledged.len(), lost[0]);
    assert_eq!(read.len(), lines.len(), "some came twice");
    assert!(read_by_the_way > 0 && acknowledged.len() > 1_000);
    for (call, ids) in by_call(&lines) {
        let steps: Vec<u64> = ids.iter().map(|id| id.rsplit('-').next().unwrap().parse().unwrap()).collect();
        assert!(steps.is_sorted(), "{call}: {steps:?}");
    }
}

#[test]
fn a_broker_that_hangs_refuses_in_time_with_bounded_memory_and_serves_again() {
    let mut broker = kafka::Kafka::start(&[]).unwrap();
    let mut rig = Rig::on(broker.bootstrap());
    rig.options.timeout = Duration::from_secs(2);
    rig.options.queue_bytes = 1024 * 1024;
    let log = rig.open();
    rig.append(&log, batch([line(0, 0)])).unwrap();
    broker.pause().unwrap();
    // Ten times as much as there is room for, all at once.
    let waiting = (1..=40_u64).map(|call| log.append(batch((0..1_000).map(|step| line(call, step)))));
    let answers = rig.runtime.block_on(async {
        let all = async {
            let mut answers = Vec::new();
            let mut tasks: Vec<_> = waiting.map(Box::pin).collect();
            std::future::poll_fn(|context| {
                tasks.retain_mut(|task| match task.as_mut().poll(context) {
                    std::task::Poll::Ready(answer) => {
                        answers.push(answer);
                        false
                    }
                    std::task::Poll::Pending => true,
                });
                if tasks.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
            })
            .await;
            answers
        };
        tokio::time::timeout(Duration::from_secs(30), all).await.unwrap()
    });
    assert_eq!(answers.len(), 40);
    for answer in answers {
        let error = answer.unwrap_err();
        assert!(error.action() == Action::Retry && error.to_string().contains(broker.bootstrap()), "{error}");
    }
    assert!(log.shared.producer.queued() <= 4_100, "{} records wait in the client", log.shared.producer.queued());
    broker.resume().unwrap();
    let appended = (0..30).find_map(|_| rig.append(&log, batch([line(0, 1)])).ok());
    assert_eq!(appended.unwrap().accepted, 1);
    let read = rig.read_all(&log, &Position::default());
    assert!(read.contains(&line(0, 0)) && read.contains(&line(0, 1)));
}

#[test]
fn a_cluster_that_is_not_there_is_an_error_that_names_it() {
    let mut rig = Rig::on("127.0.0.1:1");
    rig.options.timeout = Duration::from_secs(1);
    let error = Kafka::open(&rig.options, &Position::default(), clock()).err().unwrap();
    assert!(error.action() == Action::Retry && error.to_string().contains("127.0.0.1:1"), "{error}");
}

#[test]
fn a_password_is_asked_for_and_passed_on() {
    let jaas = "org.apache.kafka.common.security.plain.PlainLoginModule required \
                username=\"callboard\" password=\"right\" user_callboard=\"right\";";
    let broker = kafka::Kafka::start(&[
        ("listener.security.protocol.map", "CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT"),
        ("sasl.enabled.mechanisms", "PLAIN"),
        ("sasl.mechanism.inter.broker.protocol", "PLAIN"),
        ("listener.name.clients.plain.sasl.jaas.config", jaas),
    ])
    .unwrap();
    let mut rig = Rig::on(broker.bootstrap());
    rig.options.timeout = Duration::from_secs(5);
    for (name, value) in
        [("security.protocol", "sasl_plaintext"), ("sasl.mechanism", "PLAIN"), ("sasl.username", "callboard"), ("sasl.password", "wrong")]
    {
        rig.options.properties.insert(name.into(), value.into());
    }
    assert!(Kafka::open(&rig.options, &Position::default(), clock()).is_err());
    rig.options.properties.insert("sasl.password".into(), "right".into());
    let log = Kafka::open(&rig.options, &Position::default(), clock()).unwrap_or_else(|e| panic!("{e}\n{}", broker.said()));
    rig.append(&log, batch([line(0, 0)])).unwrap();
    assert_eq!(rig.read_all(&log, &Position::default()), [line(0, 0)]);
}
