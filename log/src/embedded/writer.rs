//! The one writer: gathers what waits, commits it with one sync, answers everyone.
//!
//! After a commit that failed nothing is known about what reached the disk, so the writer answers every waiter
//! with the error and stops; the next start reads what is really there.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use callboard_domain::{Clock, Timestamp};
use fjall::{AbstractTree, OwnedWriteBatch, PersistMode};
use tokio::sync::{mpsc, oneshot};

use super::draft::{Draft, Pile, Sealed};
use super::index::Entry;
use super::marker::Marker;
use super::open::START;
use super::retain::{Dropped, Retention, outdated};
use super::seen::Seen;
use super::store::Store;
use super::{Options, Request};
use crate::block::{self, key};
use crate::{Appended, Batch, Error, Rejected};

/// A commit takes waiting batches until it has this many events or bytes.
const GROUP_EVENTS: usize = 64 * 1024;
const GROUP_BYTES: usize = 16 * 1024 * 1024;
/// Blocks below both limits are put together, so that a source with one event at a time costs no more room.
const SMALL_EVENTS: u32 = 256;
const SMALL_BYTES: u32 = 256 * 1024;
/// As soon as the log ends in this many small blocks, or in small blocks of this many events or bytes.
const MERGE_BLOCKS: usize = 256;
const MERGE_EVENTS: u64 = 2_048;
const MERGE_BYTES: u64 = 1024 * 1024;

type Waiting = (Batch, oneshot::Sender<Result<Appended, Error>>);

/// The writing half of an embedded log; owns the right to append.
pub struct Writer {
    store: Arc<Store>,
    marker: Marker,
    inbox: mpsc::Receiver<Request>,
    clock: Arc<dyn Clock>,
    seen: Seen,
    compressor: zstd::bulk::Compressor<'static>,
    #[cfg(test)]
    pub(super) fail_next: Option<std::io::ErrorKind>,
}

impl Writer {
    pub(super) fn new(
        store: Arc<Store>,
        marker: Marker,
        inbox: mpsc::Receiver<Request>,
        clock: Arc<dyn Clock>,
        options: &Options,
    ) -> Result<Self, Error> {
        let compressor = block::compressor(1).map_err(|e| store.write_error(e.into()))?;
        Ok(Self {
            store,
            marker,
            inbox,
            clock,
            seen: Seen::new(options.max_ids),
            compressor,
            #[cfg(test)]
            fail_next: None,
        })
    }

    /// Writes until the log is closed or its last handle is gone. Blocks: give it a thread of its own.
    ///
    /// # Errors
    /// When a commit failed. Everything acknowledged is durable; every waiter got the same error.
    pub fn run(mut self) -> Result<(), Error> {
        let mut left_over = None;
        while let Some(request) = left_over.take().or_else(|| self.inbox.blocking_recv()) {
            match request {
                Request::Append { batch, done } => {
                    let group;
                    (group, left_over) = self.gather((batch, done));
                    self.append(group)?;
                }
                Request::Retain { rules, safe, done } => {
                    let dropped = self.retain(&rules, safe);
                    let failure = dropped.as_ref().err().cloned();
                    // A caller that no longer waits needs no answer.
                    let _ = done.send(dropped);
                    failure.map_or(Ok(()), Err)?;
                }
                Request::Close { done } => {
                    let closed = self.marker.sync();
                    let _ = done.send(closed.clone());
                    return closed;
                }
            }
        }
        self.marker.sync()
    }

    /// The batches that wait already, and the request after them that is no append.
    fn gather(&mut self, first: Waiting) -> (Vec<Waiting>, Option<Request>) {
        let (mut events, mut bytes) = (first.0.len(), first.0.bytes());
        let mut group = vec![first];
        while events < GROUP_EVENTS && bytes < GROUP_BYTES {
            match self.inbox.try_recv() {
                Ok(Request::Append { batch, done }) => {
                    events += batch.len();
                    bytes += batch.bytes();
                    group.push((batch, done));
                }
                Ok(other) => return (group, Some(other)),
                Err(_) => break,
            }
        }
        (group, None)
    }

    /// Commits the group and answers it. Only a failed commit is an error here: its waiters learn it as their
    /// answers are dropped. A batch whose ids cannot be compared with the log is answered alone.
    fn append(&mut self, group: Vec<Waiting>) -> Result<(), Error> {
        let store = Arc::clone(&self.store);
        let merged = self.merge().map_err(|e| store.fail(e))?;
        let next = store.index().end();
        let now = self.clock.now();
        let mut draft = Draft::new(&mut self.compressor, next, now);
        let mut rejected = Vec::new();
        let mut answers = Vec::with_capacity(group.len());
        for (mut batch, done) in group {
            if let Err(error) = self.seen.load(&store, &batch.marks) {
                let _ = done.send(Err(error));
                continue;
            }
            rejected.append(&mut batch.rejected);
            let appended = draft.take(batch, &mut self.seen).map_err(|e| store.write_error(e.into()))?;
            answers.push((done, appended));
        }
        let sealed = draft.finish().map_err(|e| store.write_error(e.into()))?;
        self.write(merged, sealed, rejected)?;
        for (done, appended) in answers {
            // A caller that no longer waits needs no answer.
            let _ = done.send(Ok(appended));
        }
        Ok(())
    }

    /// Small blocks at the end, put together; they are replaced in the next commit.
    fn merge(&mut self) -> Result<Option<Merged>, Error> {
        let run = {
            let index = self.store.index();
            let small = |e: &&Entry| e.head.count < SMALL_EVENTS && e.head.raw_bytes < SMALL_BYTES;
            let run: Vec<Entry> = index.entries().iter().rev().take_while(small).copied().collect();
            run
        };
        let events: u64 = run.iter().map(|e| u64::from(e.head.count)).sum();
        let bytes: u64 = run.iter().map(|e| u64::from(e.head.raw_bytes)).sum();
        let Some(first) = run.last().map(|e| e.first) else { return Ok(None) };
        if run.len() < 2 || (run.len() < MERGE_BLOCKS && events < MERGE_EVENTS && bytes < MERGE_BYTES) {
            return Ok(None);
        }
        let mut pile = Pile::default();
        let mut written_at = Timestamp::from_millis(i64::MIN);
        for entry in run.iter().rev() {
            let damaged = || Error::Damaged { path: self.store.path.to_path_buf(), offset: entry.first, what: "the block is missing".to_owned() };
            let block = self.store.load(entry)?.ok_or_else(damaged)?;
            pile.text.extend_from_slice(&block.text);
            pile.note(block.len(), entry.head.min_at, entry.head.max_at);
            written_at = written_at.max(entry.head.written_at);
        }
        let packed = self.compressor.compress(&pile.text).map_err(|e| self.store.write_error(e.into()))?;
        Ok(Some(Merged { run, block: pile.seal(first, &packed, written_at) }))
    }

    /// The commit itself, then what readers see.
    fn write(&mut self, merged: Option<Merged>, sealed: Vec<Sealed>, rejected: Vec<Rejected>) -> Result<(), Error> {
        if sealed.is_empty() && rejected.is_empty() {
            return Ok(());
        }
        let store = Arc::clone(&self.store);
        let mut batch = store.db.batch();
        if let Some(merged) = &merged {
            for entry in &merged.run {
                batch.remove(&store.blocks, key(entry.first));
                batch.remove(&store.heads, key(entry.first));
            }
        }
        for Sealed { head, value, block } in merged.iter().map(|m| &m.block).chain(&sealed) {
            batch.insert(&store.blocks, key(block.first()), value.as_slice());
            batch.insert(&store.heads, key(block.first()), head.encode());
        }
        let mut number = store.rejected_count();
        for line in &rejected {
            number += 1;
            batch.insert(&store.rejected, key(number), line.encode());
        }
        let _gate = store.commit_gate();
        self.sync(batch)?;
        self.publish(merged, sealed);
        store.last_rejected.store(number, Ordering::Release);
        let end = store.index().end();
        self.marker.set(end).map_err(|e| store.fail(e))?;
        store.end.send_replace(end);
        Ok(())
    }

    fn sync(&mut self, batch: OwnedWriteBatch) -> Result<(), Error> {
        #[cfg(test)]
        if let Some(kind) = self.fail_next.take() {
            return Err(self.store.write_error(fjall::Error::Io(kind.into())));
        }
        // fdatasync: the data and the length of the journal, not its times, which nobody reads.
        batch.durability(Some(PersistMode::SyncData)).commit().map_err(|e| self.store.write_error(e))
    }

    fn publish(&self, merged: Option<Merged>, sealed: Vec<Sealed>) {
        let mut index = self.store.index.write().unwrap_or_else(PoisonError::into_inner);
        let mut cache = self.store.cache();
        if let Some(merged) = &merged {
            index.pop(merged.run.len());
            cache.forget(merged.block.block.first(), merged.block.block.end());
        }
        for Sealed { head, block, .. } in merged.map(|m| m.block).into_iter().chain(sealed) {
            index.push(block.first(), head);
            cache.wrote(block);
        }
    }

    fn retain(&mut self, rules: &Retention, safe: u64) -> Result<Dropped, Error> {
        let store = Arc::clone(&self.store);
        let mut dropped = outdated(&store.index(), rules, safe);
        let gone: Vec<Entry> = store.index().entries().iter().take(dropped.blocks).copied().collect();
        let mut batch = store.db.batch();
        for entry in &gone {
            batch.remove(&store.blocks, key(entry.first));
            batch.remove(&store.heads, key(entry.first));
        }
        if let Some(last) = gone.last() {
            batch.insert(&store.meta, START, key(last.end()));
        }
        let outdated_lines = self.outdated_rejected(rules)?;
        for number in &outdated_lines {
            batch.remove(&store.rejected, key(*number));
        }
        dropped.rejected = outdated_lines.len() as u64;
        let _gate = store.commit_gate();
        self.sync(batch)?;
        if let Some(last) = gone.last() {
            store.index.write().unwrap_or_else(PoisonError::into_inner).drop_first(gone.len());
            store.cache().forget(0, last.end());
            // Whole files of dropped blocks go at once instead of with a later compaction.
            store.blocks.tree.drop_range(key(0)..key(last.end())).map_err(|e| store.write_error(e.into()))?;
        }
        Ok(dropped)
    }

    fn outdated_rejected(&self, rules: &Retention) -> Result<Vec<u64>, Error> {
        let Some(keep) = rules.max_rejected else { return Ok(Vec::new()) };
        let until = (self.store.rejected_count() + 1).saturating_sub(keep);
        let mut numbers = Vec::new();
        for item in self.store.rejected.range(..key(until)) {
            let stored = item.key().map_err(|e| self.store.read_error(0, e))?;
            numbers.push(block::offset(&stored).map_err(|f| block::fault(&self.store.path, 0, f))?);
        }
        Ok(numbers)
    }
}

#[cfg(test)]
impl Writer {
    /// One append without a thread.
    pub(super) fn append_one(&mut self, batch: Batch) -> Result<Appended, Error> {
        let (done, mut answer) = oneshot::channel();
        self.append(vec![(batch, done)])?;
        answer.try_recv().map_err(|_| self.store.stopped())?
    }

    pub(super) fn ids_held(&self) -> usize {
        self.seen.held()
    }
}

/// Small blocks (newest first) and the one block that replaces them.
struct Merged {
    run: Vec<Entry>,
    block: Sealed,
}
