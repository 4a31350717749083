//! Kinds of sound, by the ending of a name and by the first bytes: looked at and not believed.

/// Ending and media type.
const KINDS: [(&str, &str); 7] = [
    ("wav", "audio/wav"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("flac", "audio/flac"),
    ("m4a", "audio/mp4"),
    ("webm", "audio/webm"),
];
/// Bytes that are looked at.
pub(crate) const HEAD: u64 = 16;

/// The endings that are known.
pub(super) fn endings() -> Vec<&'static str> {
    KINDS.map(|(ending, _)| ending).to_vec()
}

/// The media type that a name claims; none for what is no sound.
pub(crate) fn of_name(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit('/').next()?.rsplit_once('.')?;
    KINDS.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known)).map(|(_, media_type)| *media_type)
}

/// Whether the first bytes are those of what the name claims.
pub(crate) fn fits(media_type: &str, head: &[u8]) -> bool {
    match media_type {
        "audio/wav" => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE".as_slice()),
        // A tag, or a frame's eleven set bits.
        "audio/mpeg" => head.starts_with(b"ID3") || matches!(head, [0xff, second, ..] if second & 0xe0 == 0xe0),
        "audio/ogg" => head.starts_with(b"OggS"),
        "audio/flac" => head.starts_with(b"fLaC"),
        "audio/mp4" => head.get(4..8) == Some(b"ftyp".as_slice()),
        "audio/webm" => head.starts_with(b"\x1aE\xdf\xa3"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_one_by_its_name_and_by_its_bytes() {
        assert_eq!((of_name("a/b.WAV"), of_name("a.wav/b"), of_name("wav"), of_name("b.wav.html")), (Some("audio/wav"), None, None, None));
        assert!(fits("audio/wav", b"RIFF\x24\0\0\0WAVEfmt ") && !fits("audio/wav", b"RIFF\x24\0\0\0AVI LIST"));
        assert!(fits("audio/mpeg", b"\xff\xfb\x90") && fits("audio/mpeg", b"ID3\x04") && !fits("audio/mpeg", b"<html>"));
        assert!(!fits("audio/ogg", b"") && !fits("text/html", b"<html>"));
    }
}
