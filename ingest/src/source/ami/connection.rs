//! One connection to the manager: bytes to messages, actions to bytes, and the log-in.
//!
//! Whoever holds it must read on: Asterisk drops a client that leaves its socket full for 100 ms (`writetimeout`).

use std::fmt::Write as _;

use bytes::{Bytes, BytesMut};
use callboard_domain::{Clock, Timestamp};
use md5::{Digest, Md5};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::{AmiConfig, AmiError};
use crate::dialect::asterisk_ami::{MAX_MESSAGE_BYTES, Message};

const READ_BYTES: usize = 64 * 1024;
const BANNER: &[u8] = b"Asterisk Call Manager/";

/// A message and when it arrived, by our clock.
pub(super) type Arrived = (Bytes, Timestamp);

/// The reading end.
#[derive(Debug)]
pub(super) struct Reader {
    socket: OwnedReadHalf,
    buffer: BytesMut,
}

/// The writing end.
#[derive(Debug)]
pub(super) struct Writer {
    socket: OwnedWriteHalf,
}

/// Opens the connection.
pub(super) async fn connect(address: &str) -> Result<(Reader, Writer), AmiError> {
    let refused = |source| AmiError::Connect { address: address.to_owned(), source };
    let socket = TcpStream::connect(address).await.map_err(refused)?;
    socket.set_nodelay(true).map_err(refused)?;
    let (read, write) = socket.into_split();
    Ok((Reader { socket: read, buffer: BytesMut::new() }, Writer { socket: write }))
}

impl Reader {
    /// The bytes of the next message. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Bytes, AmiError> {
        loop {
            if let Some(message) = whole(&mut self.buffer) {
                return Ok(message);
            }
            if self.buffer.len() > MAX_MESSAGE_BYTES {
                return Err(AmiError::Protocol { reason: "a message without an end" });
            }
            self.buffer.reserve(READ_BYTES);
            let read = self.socket.read_buf(&mut self.buffer).await.map_err(|source| AmiError::Broken { source })?;
            if read == 0 {
                return Err(AmiError::Closed);
            }
        }
    }
}

/// Takes the first message out of a buffer, if all of it is there; the greeting is skipped.
fn whole(buffer: &mut BytesMut) -> Option<Bytes> {
    if buffer.starts_with(BANNER) {
        let end = memchr::memmem::find(buffer, b"\r\n")? + 2;
        let _greeting = buffer.split_to(end);
    }
    let end = memchr::memmem::find(buffer, b"\r\n\r\n")? + 4;
    Some(buffer.split_to(end).freeze())
}

impl Writer {
    /// Sends an action; `id` comes back in every answer to it. That the connection broke the reading end tells, after it
    /// has given what was still to be read.
    pub async fn send(&mut self, action: &str, id: &str, fields: &[(&str, &str)]) -> Result<(), AmiError> {
        let mut text = format!("Action: {action}\r\nActionID: {id}\r\n");
        for (key, value) in fields {
            if value.contains(['\r', '\n']) {
                return Err(AmiError::Protocol { reason: "a value with a line end" });
            }
            // Writing to a String cannot fail.
            let _infallible = write!(text, "{key}: {value}\r\n");
        }
        text.push_str("\r\n");
        if let Err(error) = self.socket.write_all(text.as_bytes()).await {
            tracing::debug!(action, %error, "could not write to the manager");
        }
        Ok(())
    }
}

/// Logs in without sending the secret; returns what else arrived meanwhile, such as `FullyBooted`.
pub(super) async fn log_in(reader: &mut Reader, writer: &mut Writer, config: &AmiConfig, clock: &dyn Clock) -> Result<Vec<Arrived>, AmiError> {
    let mut others = Vec::new();
    writer.send("Challenge", "challenge", &[("AuthType", "MD5")]).await?;
    let answer = answer(reader, "challenge", clock, &mut others).await?;
    let answer = Message::parse(&answer).map_err(|_| AmiError::Protocol { reason: "an answer that is no message" })?;
    let Some(challenge) = answer.get("Challenge") else { return Err(refused(&answer, config)) };
    let key = hex(&Md5::digest(format!("{challenge}{}", config.secret.0)));
    writer.send("Login", "login", &[("AuthType", "MD5"), ("Username", &config.user), ("Key", &key), ("Events", "on")]).await?;
    let answer = self::answer(reader, "login", clock, &mut others).await?;
    let answer = Message::parse(&answer).map_err(|_| AmiError::Protocol { reason: "an answer that is no message" })?;
    if answer.get("Response") != Some("Success") {
        return Err(refused(&answer, config));
    }
    Ok(others)
}

async fn answer(reader: &mut Reader, id: &str, clock: &dyn Clock, others: &mut Vec<Arrived>) -> Result<Bytes, AmiError> {
    loop {
        let bytes = reader.next().await?;
        let ours = Message::parse(&bytes).is_ok_and(|m| m.get("Response").is_some() && m.get("ActionID") == Some(id));
        if ours {
            return Ok(bytes);
        }
        others.push((bytes, clock.now()));
    }
}

fn refused(answer: &Message<'_>, config: &AmiConfig) -> AmiError {
    match answer.get("Message") {
        Some("Asterisk is shutting down") => AmiError::ShuttingDown,
        message => AmiError::Refused { user: config.user.clone(), message: message.unwrap_or("no reason given").to_owned() },
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_whole_however_the_bytes_are_cut() {
        let mut buffer = BytesMut::from("Asterisk Call Manager/11.0.0\r");
        assert!(whole(&mut buffer).is_none());
        buffer.extend_from_slice(b"\nEvent: A\r\n\r");
        assert!(whole(&mut buffer).is_none());
        buffer.extend_from_slice(b"\nEvent: B\r\n\r\nEv");
        assert_eq!(whole(&mut buffer).unwrap(), "Event: A\r\n\r\n");
        assert_eq!(whole(&mut buffer).unwrap(), "Event: B\r\n\r\n");
        assert_eq!((whole(&mut buffer), buffer.as_ref()), (None, b"Ev".as_slice()));
    }

    #[test]
    fn a_manager_that_shuts_down_has_not_refused_anybody() {
        let config = AmiConfig {
            source: "pbx".into(),
            address: String::new(),
            user: "wall".into(),
            secret: crate::source::ami::Secret(String::new()),
            rules: crate::agents::AgentRules::default(),
            resync: std::time::Duration::ZERO,
            queue_log: None,
        };
        let answered = |text: &str| refused(&Message::parse(format!("Response: Error\r\nMessage: {text}\r\n").as_bytes()).unwrap(), &config);
        assert!(matches!(answered("Asterisk is shutting down"), AmiError::ShuttingDown), "it is asked again soon");
        assert!(matches!(answered("Authentication failed"), AmiError::Refused { .. }));
    }

    #[test]
    fn the_key_is_the_digest_of_challenge_and_secret() {
        assert_eq!(hex(&Md5::digest("abc")), "900150983cd24fb0d6963f7d28e17f72");
    }
}
