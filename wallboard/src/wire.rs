//! Messages as a server writes them to a web socket: made once, the same bytes for every screen.
//!
//! The server's side of the protocol does not mask (RFC 6455, 5.1), so nothing in a message depends on who gets it.
//! Head and payload stand in one piece: a screen costs one write.

use bytes::Bytes;

/// Bytes of the longest head.
const LONGEST_HEAD: usize = 10;
/// A whole text message.
const TEXT: u8 = 0x81;

/// A ping without a payload.
pub const PING: [u8; 2] = [0x89, 0];

/// A text message; `write` appends its payload and leaves what stands before it alone.
///
/// # Errors
/// Those of `write`.
pub fn text<E>(write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<Bytes, E> {
    let mut message = vec![0; LONGEST_HEAD];
    write(&mut message)?;
    let head = head(message.len() - LONGEST_HEAD);
    // The payload begins where the longest head would end; a shorter one begins later.
    let start = LONGEST_HEAD - head.len();
    for (place, byte) in message.iter_mut().skip(start).zip(head) {
        *place = byte;
    }
    Ok(Bytes::from(message).slice(start..))
}

/// A close with a code of RFC 6455, 7.4.1.
pub const fn close(code: u16) -> [u8; 4] {
    let [high, low] = code.to_be_bytes();
    [0x88, 2, high, low]
}

fn head(length: usize) -> Vec<u8> {
    let mut head = vec![TEXT];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short <= 125 => head.push(short),
        (_, Ok(medium)) => {
            head.push(126);
            head.extend(medium.to_be_bytes());
        }
        _ => {
            head.push(127);
            head.extend((length as u64).to_be_bytes());
        }
    }
    head
}

/// The payload of a text message made here.
#[cfg(test)]
pub fn payload(message: &[u8]) -> &[u8] {
    let head = match message[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    &message[head..]
}

#[cfg(test)]
mod tests {
    use tokio_tungstenite::tungstenite::protocol::{Role, WebSocket};

    use super::*;

    #[test]
    fn a_client_reads_a_message_of_any_length() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 100_000] {
            let expected: String = ('a'..='z').cycle().take(length).collect();
            let message = text(|out| {
                out.extend_from_slice(expected.as_bytes());
                Ok::<(), std::convert::Infallible>(())
            })
            .unwrap();
            assert_eq!(payload(&message), expected.as_bytes());
            let mut client = WebSocket::from_raw_socket(std::io::Cursor::new(message.to_vec()), Role::Client, None);
            assert_eq!(client.read().unwrap().into_text().unwrap().as_str(), expected, "{length}");
            assert_eq!(message.len(), client.get_ref().position() as usize, "nothing before and nothing after it");
        }
    }

    #[test]
    fn a_payload_that_cannot_be_written_gives_no_message() {
        assert_eq!(text(|_| Err("no")), Err("no"));
    }
}
