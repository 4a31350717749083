//! The rules of one socket over a pipe, where a screen can be as slow as it likes.

use std::future::pending;

use tokio::io::duplex;

use super::*;
use crate::hub::tests::{Centre, START, hub};

/// Short enough to wait for; nothing here depends on how long exactly.
const SHORT: Patience = Patience { ping: Duration::from_millis(5), send: Duration::from_millis(20), farewell: Duration::from_millis(20) };
const NEVER: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn a_screen_that_takes_no_frame_in_time_is_gone() {
    let (mut hub, ..) = hub(&["one"]);
    let frames = hub.stage().seat("one").unwrap().frames.subscribe();
    hub.tick(&START).await;
    let (_screen, ours) = duplex(64);
    let counts = Counts::default();
    serve(ours, Vec::new(), frames, &counts, Patience { ping: NEVER, ..SHORT }, pending()).await;
    assert_eq!(hub.stage().screens("one"), 0);
    assert_eq!((counts.closed(Reason::Slow), counts.frames_sent.get()), (1, 0));
}

#[tokio::test]
async fn a_screen_that_answers_no_ping_is_gone() {
    let (mut hub, ..) = hub(&["one"]);
    let frames = hub.stage().seat("one").unwrap().frames.subscribe();
    hub.tick(&START).await;
    let (mut screen, ours) = duplex(64 * 1_024);
    let (mut all, counts) = (Vec::new(), Counts::default());
    let (read, ()) = tokio::join!(screen.read_to_end(&mut all), serve(ours, Vec::new(), frames, &counts, SHORT, pending()));
    read.unwrap();
    assert_eq!((counts.closed(Reason::Silent), counts.frames_sent.get()), (1, 1));
    assert_eq!(all.windows(2).filter(|two| *two == wire::PING).count(), 2, "two pings after the frame");
}

#[tokio::test]
async fn when_the_hub_ends_its_screens_are_told_that_it_goes_away() {
    let (mut hub, ..) = hub(&["one"]);
    let frames = hub.stage().seat("one").unwrap().frames.subscribe();
    hub.tick(&START).await;
    drop(hub);
    let (mut screen, ours) = duplex(64 * 1_024);
    let counts = Counts::default();
    serve(ours, Vec::new(), frames, &counts, SHORT, pending()).await;
    let mut all = Vec::new();
    screen.read_to_end(&mut all).await.unwrap();
    assert!(all.ends_with(&wire::close(1_001)));
    assert_eq!(counts.closed(Reason::Stopped), 1);
}

#[tokio::test]
async fn frames_that_a_screen_missed_are_counted() {
    let (mut hub, ..) = hub(&["one"]);
    let mut frames = hub.stage().seat("one").unwrap().frames.subscribe();
    hub.tick(&START).await;
    let (first, ..) = next(&mut frames, None);
    for version in 2..=5 {
        let step = i64::try_from(version).unwrap();
        hub.tick(&Centre { as_of: START.as_of + 250 * step, version, waiting: [3, step + 9], ..START }).await;
    }
    let (seq, skipped, frame) = next(&mut frames, Some(first));
    assert_eq!((seq, skipped, frame.is_some()), (first + 4, 3, true), "four frames, of which the newest comes");
    assert_eq!(next(&mut frames, Some(seq)), (seq, 0, None));
    let counts = hub.stage().counts().clone();
    assert!(counts.evaluated.get() >= 5 && counts.failed.get() == 0, "{counts:?}");
    hub.tick(&Centre { as_of: START.as_of + 1_500, version: 5, ..START }).await;
    assert!(counts.unchanged.get() > 0, "{counts:?}");
}

#[tokio::test]
async fn a_screen_that_may_look_no_longer_is_told_so() {
    let (hub, ..) = hub(&["one"]);
    let frames = hub.stage().seat("one").unwrap().frames.subscribe();
    let (mut screen, ours) = duplex(64 * 1_024);
    let counts = Counts::default();
    serve(ours, Vec::new(), frames, &counts, Patience { ping: NEVER, ..SHORT }, tokio::time::sleep(Duration::from_millis(5))).await;
    let mut all = Vec::new();
    screen.read_to_end(&mut all).await.unwrap();
    assert!(all.ends_with(&[0x88, 2, 0x03, 0xf0]), "a close frame with code 1008: {:?}", all.split_off(all.len().saturating_sub(8)));
    assert_eq!(counts.closed(Reason::Refused), 1);
}
