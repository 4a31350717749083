//! The rules of one socket over a pipe, where a screen can be as slow as it likes.

use tokio::io::duplex;

use super::*;
use crate::hub::tests::{START, hub};

/// Short enough to wait for; nothing here depends on how long exactly.
const SHORT: Patience = Patience { ping: Duration::from_millis(5), send: Duration::from_millis(20), farewell: Duration::from_millis(20) };
const NEVER: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn a_screen_that_takes_no_frame_in_time_is_gone() {
    let (mut hub, ..) = hub(&["one"]);
    let frames = hub.stage().seat("one").unwrap().frames.subscribe();
    hub.tick(&START).await;
    let (_screen, ours) = duplex(64);
    serve(ours, Vec::new(), frames, Patience { ping: NEVER, ..SHORT }).await;
    assert_eq!(hub.stage().screens("one"), 0);
}

#[tokio::test]
async fn a_screen_that_answers_no_ping_is_gone() {
    let (mut hub, ..) = hub(&["one"]);
    let frames = hub.stage().seat("one").unwrap().frames.subscribe();
    hub.tick(&START).await;
    let (mut screen, ours) = duplex(64 * 1_024);
    let mut all = Vec::new();
    let (read, ()) = tokio::join!(screen.read_to_end(&mut all), serve(ours, Vec::new(), frames, SHORT));
    read.unwrap();
    assert_eq!(all.windows(2).filter(|two| *two == wire::PING).count(), 2, "two pings after the frame");
}

#[tokio::test]
async fn when_the_hub_ends_its_screens_are_told_that_it_goes_away() {
    let (mut hub, ..) = hub(&["one"]);
    let frames = hub.stage().seat("one").unwrap().frames.subscribe();
    hub.tick(&START).await;
    drop(hub);
    let (mut screen, ours) = duplex(64 * 1_024);
    serve(ours, Vec::new(), frames, SHORT).await;
    let mut all = Vec::new();
    screen.read_to_end(&mut all).await.unwrap();
    assert!(all.ends_with(&wire::close(1_001)));
}
