//! A commit as a snapshot: the engine's state, and all that a reader must know of the rows that fit it. With it a node
//! starts while ClickHouse is away.

use callboard_domain::Timestamp;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::ledger::Whole;
use super::link::ClickHouse;
use super::visible::{Part, Replaced};
use super::{Manifest, manifest};
use crate::snapshots::Snapshots;

/// How snapshots are written; others are not read.
const FORMAT: u32 = 1;

/// What stands before the state, as JSON in one line.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: u32,
    last: u64,
    committed_at: i64,
    void: Vec<u64>,
    replaced: Replaced,
}

/// A commit that was kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) manifest: Manifest,
    pub(super) state: Vec<u8>,
}

/// What a stream's snapshots are called.
pub(super) fn name(database: &str, stream: &str) -> String {
    format!("{database}/{stream}")
}

/// Keeps a commit. A cache that cannot be written is told and costs nothing else.
pub(super) fn keep(snapshots: &Snapshots, name: &str, manifest: &Manifest, state: &[u8]) {
    let Some(part) = manifest.visible.as_ref().and_then(|v| v.streams.first()) else { return };
    let head = Head {
        format: FORMAT,
        last: manifest.position,
        committed_at: manifest.committed_at.as_millis(),
        void: part.void.clone(),
        replaced: part.replaced.clone(),
    };
    let Ok(mut content) = serde_json::to_vec(&head) else { return };
    content.push(b'\n');
    content.extend(state);
    if let Err(error) = snapshots.keep(name, manifest.number, &content) {
        tracing::warn!("{error}");
    }
}

/// The newest commit that was kept.
pub(super) fn newest(snapshots: &Snapshots, database: &str, stream: &str, link: &ClickHouse) -> Option<Kept> {
    let found = snapshots.newest(&name(database, stream)).inspect_err(|error| tracing::warn!("{error}")).ok()??;
    read(found.0, &found.1, stream, link)
}

/// The state of one commit, when it was kept and is the one meant.
pub(super) fn state(snapshots: &Snapshots, name: &str, manifest: &Manifest) -> Option<Vec<u8>> {
    let wanted = manifest.engine_state.as_ref()?;
    let content = snapshots.get(name, manifest.number).inspect_err(|error| tracing::warn!("{error}")).ok()??;
    let state = split(&content)?.1;
    (state.len() as u64 == wanted.bytes && xxh3_64(state) == wanted.xxh3).then(|| state.to_vec())
}

fn read(number: u64, content: &[u8], stream: &str, link: &ClickHouse) -> Option<Kept> {
    let (head, state) = split(content)?;
    let whole = Whole {
        number,
        first: 0,
        last: head.last,
        at: Timestamp::from_millis(head.committed_at),
        state_bytes: state.len() as u64,
        state_xxh3: xxh3_64(state),
        replaced: head.replaced,
    };
    let part = Part { stream: stream.to_owned(), number, void: head.void, replaced: whole.replaced.clone() };
    Some(Kept { manifest: manifest(link, &whole, part), state: state.to_vec() })
}

fn split(content: &[u8]) -> Option<(Head, &[u8])> {
    let end = content.iter().position(|b| *b == b'\n')?;
    let (head, state) = content.split_at_checked(end)?;
    let head: Head = serde_json::from_slice(head).ok().filter(|head: &Head| head.format == FORMAT)?;
    Some((head, state.get(1..)?))
}
