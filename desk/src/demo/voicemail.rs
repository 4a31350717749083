//! A made-up spool of voicemail: files as Asterisk writes them, with tones for voices.

use std::io;
use std::path::Path;

use callboard_domain::Timestamp;

use super::Centre;

/// Mailbox, index of the caller, name, minutes ago, seconds, heard on the telephone.
const MESSAGES: [(&str, usize, &str, i64, u32, bool); 8] = [
    ("8001", 0, "李女士", 12, 14, false),
    ("8001", 1, "", 47, 6, false),
    ("8002", 2, "王先生", 95, 21, false),
    ("8001", 3, "陈女士", 180, 9, false),
    ("8002", 4, "", 260, 4, false),
    ("8003", 5, "J. Smith", 410, 17, false),
    ("8001", 6, "赵先生", 1_500, 11, true),
    ("8003", 7, "", 2_900, 8, true),
];
/// Samples a second.
const RATE: u32 = 8_000;

/// The mailboxes, each with the queue that it belongs to.
#[must_use]
pub fn queues(centre: &Centre) -> std::collections::HashMap<String, String> {
    ["8001", "8002", "8003"].iter().zip(&centre.queues).map(|(mailbox, queue)| ((*mailbox).to_owned(), queue.id.clone())).collect()
}

/// Writes the spool into a folder that is made; nothing where it is there.
///
/// # Errors
/// When the disk refuses.
pub fn spool(folder: &Path, centre: &Centre, now: Timestamp) -> io::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    for (number, (mailbox, caller, name, minutes, seconds, heard)) in (0_u32..).zip(MESSAGES) {
        let place = folder.join("default").join(mailbox).join(if heard { "Old" } else { "INBOX" });
        std::fs::create_dir_all(&place)?;
        let (left_s, file) = (now.as_millis() / 1_000 - minutes * 60, place.join(format!("msg{number:04}")));
        let caller = centre.callers.get(caller).cloned().unwrap_or_else(|| format!("1381111{caller:04}"));
        let text = format!(
            "[message]\norigmailbox={mailbox}\ncallerid=\"{name}\" <{caller}>\norigtime={left_s}\nmsg_id={left_s}-{number:08}\nduration={seconds}\n"
        );
        std::fs::write(file.with_extension("wav"), sound(seconds, number))?;
        std::fs::write(file.with_extension("txt"), text)?;
    }
    Ok(())
}

/// A WAV with syllables of a tone, PCM of 8 bits.
fn sound(seconds: u32, voice: u32) -> Vec<u8> {
    let size = seconds * RATE;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + size).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend(b"\x01\0\x08\0data");
    file.extend(size.to_le_bytes());
    // A saw of 110 to 180 Hz that swells and fades four times a second, with a pause now and then.
    let (pitch, syllable) = (110 + voice * 10, RATE / 4);
    file.extend((0..size).map(|at| {
        let (within, which) = (at % syllable, at / syllable);
        let loud = within.min(syllable - within) * u32::from(which % 5 != 4) / 10;
        let wave = at * pitch % RATE * loud / RATE;
        u8::try_from(128 + wave - loud / 2).unwrap_or(u8::MAX)
    }));
    file
}
