//! One screen's socket: the latest frame, whenever it is ready for one.
//!
//! Nothing is queued for a screen. While it takes a frame, newer ones replace each other in the board's cell; when it
//! is ready and missed some, it gets a snapshot. tungstenite reads; frames are written past it, as bytes that all share.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::counts::{Counts, Reason};
use crate::hub::Published;
use crate::wire;

/// What a screen may send: `resync` and control frames, bytes.
const MESSAGE: usize = 1_024;
/// The read buffer, bytes. The stock one is 128 KiB a screen.
const READ_BUFFER: usize = 256;
/// What the kernel holds for a screen that is slow, bytes: by itself it takes megabytes, all of them old news.
const SEND_BUFFER: usize = 64 * 1_024;
/// What is still read from a screen that was told to go, bytes.
const LAST_WORDS: usize = 64 * 1_024;

/// Codes of RFC 6455, 7.4.1.
mod code {
    pub const GOING_AWAY: u16 = 1_001;
    pub const PROTOCOL: u16 = 1_002;
    pub const UNSUPPORTED: u16 = 1_003;
    pub const NOT_TEXT: u16 = 1_007;
    pub const POLICY: u16 = 1_008;
    pub const TOO_BIG: u16 = 1_009;
}

/// How long a screen may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// A ping goes out this often; a screen that answered none of two is gone.
    pub ping: Duration,
    /// A screen that takes longer than this to take one frame is gone.
    pub send: Duration,
    /// A screen that was told to go has this long to hear it.
    pub farewell: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { ping: Duration::from_secs(15), send: Duration::from_secs(20), farewell: Duration::from_secs(5) }
    }
}

/// How a screen's time ended.
#[derive(Debug, Clone, Copy)]
enum End {
    /// Its connection is broken.
    Gone,
    /// It did not take a frame in time.
    Slow,
    /// It answered no ping.
    Silent,
    /// It said good-bye, which is to be answered.
    Left,
    /// It is sent away with a code.
    Told(u16),
}

impl End {
    const fn reason(self) -> Reason {
        match self {
            Self::Gone => Reason::Gone,
            Self::Slow => Reason::Slow,
            Self::Silent => Reason::Silent,
            Self::Left => Reason::Left,
            Self::Told(code::GOING_AWAY) => Reason::Stopped,
            Self::Told(_) => Reason::Refused,
        }
    }
}

/// Serves the screen at the other end of an upgraded connection, until `gone` says that it may look no longer.
pub async fn welcome(upgraded: Upgraded, frames: watch::Receiver<Arc<Published>>, counts: &Counts, gone: impl Future<Output = ()> + Send) {
    match upgrade::downcast::<TokioIo<TcpStream>>(upgraded) {
        Ok(parts) => {
            let stream = parts.io.into_inner();
            // A frame is one write and waits for nothing. Where the kernel refuses, its own values serve too.
            let _ = stream.set_nodelay(true);
            let _ = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER);
            serve(stream, parts.read_buf.to_vec(), frames, counts, Patience::default(), gone).await;
        }
        // Not the bare connection of `axum::serve`, such as one inside TLS.
        Err(upgraded) => serve(TokioIo::new(upgraded), Vec::new(), frames, counts, Patience::default(), gone).await,
    }
}

/// Serves a screen until it leaves, misbehaves, stops answering or may look no longer, or the hub ends; `read` came before its
/// first message.
pub async fn serve<S>(
    connection: S,
    read: Vec<u8>,
    frames: watch::Receiver<Arc<Published>>,
    counts: &Counts,
    patience: Patience,
    gone: impl Future<Output = ()> + Send,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MESSAGE)
        .max_message_size(Some(MESSAGE))
        .max_frame_size(Some(MESSAGE));
    let mut socket = WebSocketStream::from_partially_read(connection, read, Role::Server, Some(config)).await;
    let end = tokio::select! {
        end = attend(&mut socket, frames, counts, patience) => end,
        () = gone => End::Told(code::POLICY),
    };
    counts.close(end.reason());
    match end {
        End::Gone | End::Slow | End::Silent => {}
        // tungstenite has the answer ready; whether it arrives is the screen's concern.
        End::Left => drop(timeout(patience.farewell, socket.flush()).await),
        End::Told(code) => drop(timeout(patience.farewell, told(socket.get_mut(), code)).await),
    }
}

async fn attend<S>(socket: &mut WebSocketStream<S>, mut frames: watch::Receiver<Arc<Published>>, counts: &Counts, patience: Patience) -> End
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut pings = interval_at(Instant::now() + patience.ping, patience.ping);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = None;
    let mut unanswered = 0;
    loop {
        let (seq, skipped, frame) = next(&mut frames, seen);
        counts.frames_skipped.add(skipped);
        if let Some(frame) = frame {
            if let Err(end) = sent(socket, &frame, patience.send).await {
                return end;
            }
            counts.frames_sent.add(1);
        }
        seen = Some(seq);
        tokio::select! {
            changed = frames.changed() => if changed.is_err() {
                return End::Told(code::GOING_AWAY);
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) if text.as_str() == "resync" => {
                    unanswered = 0;
                    seen = None;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => unanswered = 0,
                Some(Ok(Message::Text(_))) => return End::Told(code::POLICY),
                Some(Ok(Message::Binary(_))) => return End::Told(code::UNSUPPORTED),
                Some(Ok(Message::Close(_))) => return End::Left,
                Some(Err(error)) => return refusal(&error).map_or(End::Gone, End::Told),
                None => return End::Gone,
            },
            _ = pings.tick() => {
                unanswered += 1;
                if unanswered > 2 {
                    return End::Silent;
                }
                if let Err(end) = sent(socket, &wire::PING, patience.send).await {
                    return end;
                }
            }
        }
    }
}

/// The code for what a screen did wrong; none when it did nothing and is gone.
const fn refusal(error: &Error) -> Option<u16> {
    match error {
        Error::Capacity(_) => Some(code::TOO_BIG),
        Error::Utf8(_) => Some(code::NOT_TEXT),
        // The end of a connection that nobody said good-bye on: a browser's page that was closed with its machine.
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)
        | Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Io(_)
        | Error::Tls(_)
        | Error::WriteBufferFull(_)
        | Error::Url(_)
        | Error::Http(_)
        | Error::HttpFormat(_) => None,
        Error::Protocol(_) | Error::AttackAttempt => Some(code::PROTOCOL),
    }
}

/// The latest frame's number, how many the screen missed before it, and what it needs. The lock of the cell is held for
/// this function only, never while the socket is waited for.
fn next(frames: &mut watch::Receiver<Arc<Published>>, seen: Option<u64>) -> (u64, u64, Option<Bytes>) {
    let published = Arc::clone(&frames.borrow_and_update());
    (published.seq(), published.skipped(seen), published.for_screen(seen))
}

async fn sent<S>(socket: &mut WebSocketStream<S>, message: &[u8], within: Duration) -> Result<(), End>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let write = async {
        // Whatever tungstenite has begun to write, such as a pong, must not be cut in two.
        socket.flush().await.is_ok() && socket.get_mut().write_all(message).await.is_ok()
    };
    match timeout(within, write).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(End::Gone),
        Err(_) => Err(End::Slow),
    }
}

/// Says good-bye and hears the screen out: closing over unread bytes would take the code away from it.
async fn told<S>(connection: &mut S, code: u16) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    connection.write_all(&wire::close(code)).await?;
    connection.shutdown().await?;
    let mut words = vec![0; READ_BUFFER];
    let mut heard = 0;
    while heard < LAST_WORDS {
        match connection.read(&mut words).await? {
            0 => break,
            more => heard += more,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
