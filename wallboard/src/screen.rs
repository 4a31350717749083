//! One screen's socket: the latest frame, whenever it is ready for one.
//!
//! Nothing is queued for a screen. While it takes a frame, newer ones replace each other in the board's cell; when it
//! is ready and missed some, it gets a snapshot.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::hub::Published;

/// A ping goes out this often; a screen that answered none of two is gone.
const PING: Duration = Duration::from_secs(15);
/// A screen that takes longer than this to take one frame is gone.
const SEND: Duration = Duration::from_secs(20);

/// Serves a screen until it leaves, stops answering, or the hub ends.
pub async fn serve(mut socket: WebSocket, mut frames: watch::Receiver<Arc<Published>>) {
    let mut pings = interval(PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = None;
    let mut unanswered = 0;
    loop {
        let (seq, frame) = next(&mut frames, seen);
        if let Some(frame) = frame
            && !sent(&mut socket, Message::Text(frame)).await
        {
            return;
        }
        seen = Some(seq);
        tokio::select! {
            changed = frames.changed() => if changed.is_err() {
                return;
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) if text.as_str() == "resync" => seen = None,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => unanswered = 0,
            },
            _ = pings.tick() => {
                unanswered += 1;
                if unanswered > 2 || !sent(&mut socket, Message::Ping(axum::body::Bytes::new())).await {
                    return;
                }
            }
        }
    }
}

/// The lock of the cell is held for this function only, never while the socket is waited for.
fn next(frames: &mut watch::Receiver<Arc<Published>>, seen: Option<u64>) -> (u64, Option<Utf8Bytes>) {
    let published = Arc::clone(&frames.borrow_and_update());
    (published.seq(), published.for_screen(seen))
}

async fn sent(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(SEND, socket.send(message)).await, Ok(Ok(())))
}
