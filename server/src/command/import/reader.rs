//! From files to events: lines are cut, handed to the dialect, and what comes out goes to the sink.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use callboard_domain::event::MAX_LINE_BYTES;
use callboard_ingest::dialect::Dialect;
use callboard_ingest::intake::{Line, Splitter};

use super::sink::Sink;

/// Bytes read at once.
const PIECE: usize = 256 * 1024;

/// Reads files of one dialect, one after the other, as one stream.
pub(super) struct Reader {
    dialect: Option<Box<dyn Dialect>>,
    read: usize,
}

impl Reader {
    pub(super) fn new(dialect: Option<Box<dyn Dialect>>) -> Self {
        Self { dialect, read: 0 }
    }

    /// Lines read so far.
    pub(super) const fn read(&self) -> usize {
        self.read
    }

    pub(super) fn file(&mut self, path: &Path, sink: &mut Sink, mut progress: impl FnMut(u64)) -> anyhow::Result<()> {
        let mut input: Box<dyn Read> =
            if path.as_os_str() == "-" { Box::new(std::io::stdin()) } else { Box::new(File::open(path).context("could not open it")?) };
        sink.place(&path.display().to_string())?;
        let mut splitter = Splitter::default();
        let mut piece = vec![0; PIECE];
        loop {
            let got = input.read(&mut piece).context("could not read on")?;
            if got == 0 {
                break;
            }
            splitter.feed(piece.get(..got).unwrap_or_default(), |line| self.line(line, sink));
            progress(got as u64);
            sink.flush_if_full()?;
        }
        splitter.finish(|line| self.line(line, sink));
        Ok(())
    }

    /// What the dialect still held at the end of all files.
    pub(super) fn finish(&mut self, sink: &mut Sink) -> anyhow::Result<()> {
        let rest = self.dialect.as_mut().map(|d| d.finish()).unwrap_or_default();
        for event in &rest {
            sink.event(self.read, event, b"");
        }
        sink.flush_if_full()
    }

    fn line(&mut self, line: &Line<'_>, sink: &mut Sink) {
        self.read += 1;
        let Some(dialect) = &mut self.dialect else { return sink.line(line) };
        if line.bytes > line.text.len() {
            return sink.reject(line.number, line.text, &format!("line of {} bytes, at most {MAX_LINE_BYTES} are read", line.bytes));
        }
        match dialect.line(line.text) {
            Ok(events) => events.iter().for_each(|event| sink.event(line.number, event, line.text)),
            Err(reject) if line.torn => sink.reject(line.number, line.text, &format!("torn last line: {reject}")),
            Err(reject) => sink.reject(line.number, line.text, &reject.to_string()),
        }
    }
}
