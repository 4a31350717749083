//! Members of a group share the partitions.

use std::sync::Mutex;

use super::*;

const WAIT: Duration = Duration::from_millis(100);

/// A member, and what was taken from it.
fn join(log: &Kafka, instance: &str) -> (Member, Arc<Mutex<Vec<usize>>>) {
    let revoked = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&revoked);
    let member = log.join(&log.shared.options.topic, instance, move |partitions| taken.lock().unwrap().extend_from_slice(partitions)).unwrap();
    (member, revoked)
}

/// Lets all members talk until each owns as many as it should.
fn until(members: &[&Member], want: &[usize]) -> Vec<Vec<usize>> {
    let mut owned = Vec::new();
    for _ in 0..600 {
        owned = members.iter().map(|m| m.partitions(WAIT).unwrap()).collect();
        if owned.iter().map(Vec::len).eq(want.iter().copied()) {
            return owned;
        }
    }
    panic!("{owned:?} instead of {want:?}");
}

#[test]
fn partitions_are_shared_move_with_what_is_done_and_stay_with_a_member_that_restarts() {
    let rig = Rig::shared();
    let log = rig.open();
    rig.append(&log, batch((0..100).map(|call| line(call, 0)))).unwrap();
    let (first, taken) = join(&log, "first");
    assert_eq!(until(&[&first], &[4]), [[0, 1, 2, 3]]);

    let (second, _) = join(&log, "second");
    let owned = until(&[&first, &second], &[2, 2]);
    let all: std::collections::BTreeSet<usize> = owned.iter().flatten().copied().collect();
    assert_eq!(all.len(), 4);
    // Only what moved was taken away, and before it moved.
    let mut moved = taken.lock().unwrap().clone();
    moved.sort_unstable();
    assert_eq!(moved, owned[1]);

    // What the second reads and commits is what the group knows.
    let mut reader = log.reader_of(owned[1].clone(), &second.committed(&owned[1]).unwrap()).unwrap();
    let end = log.end().unwrap();
    let want: u64 = owned[1].iter().map(|p| end.offset(*p)).sum();
    assert_eq!(rig.read(&log, &mut reader, usize::try_from(want).unwrap()).len() as u64, want);
    second.commit(&owned[1], reader.position()).unwrap();

    // It restarts under its name: the same partitions, and nothing is taken from the first.
    drop((reader, second));
    let (second, _) = join(&log, "second");
    assert_eq!(until(&[&first, &second], &[2, 2]), owned);
    assert_eq!(taken.lock().unwrap().len(), 2);
    assert_eq!(second.committed(&owned[1]).unwrap().total(), want);
}
