//! The scanner against `serde_json`: what it accepts it must read the same, and usual lines it must accept.

use proptest::prelude::*;

use super::*;
use crate::event::Event;
use crate::event::parse::{build, careful};

/// What the careful path alone makes of a line.
fn oracle(line: &[u8]) -> Result<Event<'_>, String> {
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(e) => return Err(format!("not UTF-8 from byte {} on", e.valid_up_to())),
    };
    careful(text).and_then(|mut fields| build(&mut fields)).map_err(|reject| reject.to_string())
}

/// Both ways agree on a line, on the event as on the reason.
fn agree(line: &[u8]) {
    let text = String::from_utf8_lossy(line);
    if let Ok(text) = std::str::from_utf8(line)
        && let Some(scanned) = fields(text)
    {
        let read = careful(text).unwrap_or_else(|reject| panic!("accepted, but {reject}: {text}"));
        assert_eq!(scanned, read, "{text}");
    }
    assert_eq!(Event::parse(line).map_err(|reject| reject.to_string()), oracle(line), "{text}");
}

const KEYS: [&str; 26] = [
    "id",
    "at",
    "source",
    "type",
    "call",
    "agent",
    "queue",
    "direction",
    "from",
    "to",
    "reason",
    "state",
    "by",
    "kind",
    "url",
    "name",
    "team",
    "version",
    "from_at",
    "to_at",
    "last_seen_at",
    "position",
    "ring_ms",
    "wrap_up_ms",
    "duration_ms",
    "score",
];

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(KEYS.as_slice()).prop_map(str::to_owned),
        1 => prop::sample::select(["ring_m", "ring_mss", "position2", "ID", "", "i", "i\\u0064", "wrap_up_m", "durations_ms", "中文", "a\\\"b"].as_slice())
            .prop_map(str::to_owned),
        1 => "[a-z_]{0,14}",
    ]
}

/// JSON values as text, usual ones and odd ones.
fn value() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        3 => "[ -!#-\\[\\]-~]{0,40}",
        1 => "\\PC{0,20}".prop_map(|s| s.replace(['"', '\\'], "")),
        1 => prop::sample::select(["\\n", "\\u00e9", "a\\\"b", "\\ud83d\\ude00", "\\ud83d", "\\x", "\u{7f}", "\t", "é", "a\\\\"].as_slice()).prop_map(str::to_owned),
        2 => prop::sample::select(
            ["2025-11-18T06:32:07.000Z", "2025-11-18T14:32:07+08:00", "2025-02-29T06:32:07.000Z", "inbound", "no_answer", "abandoned", "paused", "caller", "blind"].as_slice()
        ).prop_map(str::to_owned),
        2 => prop::sample::select(
            ["call.started", "call.queued", "call.ring_missed", "call.answered", "call.left_queue", "call.ended", "call.wrapped_up", "call.rated", "agent.state", "source.gap", "call.sung"].as_slice()
        ).prop_map(str::to_owned),
    ];
    prop_oneof![
        8 => text.prop_map(|s| format!("\"{s}\"")),
        3 => any::<i64>().prop_map(|n| n.to_string()),
        3 => (-100..100i64).prop_map(|n| n.to_string()),
        1 => any::<f64>().prop_map(|n| n.to_string()),
        4 => prop::sample::select(
            [
                "null", "true", "false", "0", "-0", "00", "01", "-", "-01", "1.0", "1e3", "1E", "4294967295", "4294967296", "999999999999999999",
                "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "{}", "[]", "[1,{\"id\":\"x\"}]", "nul", "nullx", "+1", ".5", "",
            ].as_slice()
        ).prop_map(str::to_owned),
    ]
}

fn gap() -> impl Strategy<Value = &'static str> {
    prop_oneof![9 => Just(""), 2 => Just(" "), 1 => prop::sample::select(["  ", "\t", "\r\n", "\u{a0}", ","].as_slice())]
}

prop_compose! {
    fn object()(
        members in prop::collection::vec((gap(), key(), gap(), gap(), value(), gap()), 0..12),
        before in gap(), after in gap(), closed in prop::bool::weighted(0.95),
    ) -> String {
        let members: Vec<_> = members.into_iter().map(|(a, key, b, c, value, d)| format!("{a}\"{key}\"{b}:{c}{value}{d}")).collect();
        format!("{before}{{{}{}{after}", members.join(","), if closed { "}" } else { "" })
    }
}

/// Plain values for the fields that events have; most such lines are events.
fn usual() -> impl Strategy<Value = String> {
    let field = |key: &'static str, values: &'static [&'static str]| {
        prop::option::weighted(0.9, prop::sample::select(values)).prop_map(move |value| value.map(|v| format!("\"{key}\":{v}")))
    };
    let members = [
        field("id", &["\"e1\"", "\"中\"", "\"0123456789abcdef-0123456789abcdef\""]),
        field("at", &["\"2025-11-18T06:32:07.000Z\"", "\"2024-02-29T23:59:59.999Z\"", "\"2025-11-18T14:32:07+08:00\""]),
        field("source", &["\"pbx1\"", "\"北京\""]),
        field(
            "type",
            &[
                "\"call.started\"",
                "\"call.queued\"",
                "\"call.ringing\"",
                "\"call.ring_missed\"",
                "\"call.answered\"",
                "\"call.transferred\"",
                "\"call.left_queue\"",
                "\"call.ended\"",
                "\"call.wrapped_up\"",
                "\"call.rated\"",
                "\"call.recorded\"",
                "\"agent.state\"",
                "\"agent.logged_in\"",
                "\"source.restarted\"",
            ],
        ),
        field("call", &["\"1763424000.17\"", "\"c\""]),
        field("agent", &["\"agent-0001\"", "\"王芳\""]),
        field("queue", &["\"cards\"", "\"queue-07\""]),
        field("direction", &["\"inbound\"", "\"outbound\"", "\"sideways\""]),
        field("reason", &["\"abandoned\"", "\"no_answer\"", "\"lunch\""]),
        field("state", &["\"paused\"", "\"ready\""]),
        field("by", &["\"caller\"", "\"agent\""]),
        field("kind", &["\"blind\"", "\"attended\""]),
        field("url", &["\"s3://a/b.wav\""]),
        field("position", &["1", "17"]),
        field("ring_ms", &["900", "0", "-5"]),
        field("wrap_up_ms", &["15000", "-1"]),
        field("score", &["5", "-5"]),
        field("tenant", &["\"acme\"", "17", "null", "true"]),
    ];
    Vec::from(members).prop_shuffle().prop_map(|members| format!("{{{}}}", members.into_iter().flatten().collect::<Vec<_>>().join(",")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_object_reads_the_same_both_ways(line in object()) {
        agree(line.as_bytes());
    }

    #[test]
    fn a_usual_line_is_scanned_and_reads_the_same(line in usual()) {
        prop_assert!(fields(&line).is_some(), "left to the careful path: {}", line);
        agree(line.as_bytes());
    }

    #[test]
    fn a_damaged_line_reads_the_same(
        line in usual(), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..5), cut in any::<prop::sample::Index>(),
    ) {
        let mut line = line.into_bytes();
        agree(line.get(..cut.index(line.len())).unwrap_or_default());
        for (at, byte, how) in edits {
            let at = at.index(line.len());
            match how {
                0 => line[at] = byte,
                1 => line[at] = b"\"\\{}[]:,0-. "[usize::from(byte) % 12],
                2 => line.insert(at, byte),
                _ => if line.len() > 1 { line.remove(at); },
            }
            agree(&line);
        }
    }

    #[test]
    fn random_bytes_read_the_same(line in prop::collection::vec(any::<u8>(), 0..80)) {
        agree(&line);
    }
}

#[test]
fn every_byte_that_ends_a_plain_string_is_found_where_it_stands() {
    for byte in 0..=255u8 {
        for place in 0..8 {
            let mut eight = [b'a'; 8];
            eight[place] = byte;
            let found = special(u64::from_le_bytes(eight));
            let ends = byte < 0x20 || byte == b'"' || byte == b'\\';
            assert_eq!(found != 0, ends, "byte {byte} at {place}");
            assert!(!ends || (found.trailing_zeros() / 8) as usize == place, "byte {byte} at {place}");
        }
    }
}

#[test]
fn a_line_that_is_not_usual_is_left_to_the_careful_path() {
    for line in [r#"{"id":"a\n"}"#, r#"{"id":null}"#, r#"{"id":"a","id":"b"}"#, r#"{"x":[]}"#, r#"{"score":1.5}"#, "{}", "", "{", r#"{"id":"a"} "#] {
        assert_eq!(fields(line), None, "{line}");
        agree(line.as_bytes());
    }
}
