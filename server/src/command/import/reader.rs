//! From files to events: lines are cut, handed to the dialect, and what comes out goes to the sink.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use callboard_domain::event::MAX_LINE_BYTES;
use callboard_ingest::dialect::Dialect;
use callboard_ingest::dialect::csv::{self, CallList};
use callboard_ingest::intake::{Line, Splitter};

use super::sink::Sink;

/// Bytes read at once.
const PIECE: usize = 256 * 1024;

/// What the lines of files are.
pub(super) enum Speech {
    /// Events already.
    Events,
    /// A PBX's own words.
    Dialect(Box<dyn Dialect>),
    /// Rows of a call list.
    Csv(Box<CallList>),
}

/// Reads files of one dialect, one after the other, as one stream.
pub(super) struct Reader {
    speech: Speech,
    read: usize,
}

impl Reader {
    pub(super) const fn new(speech: Speech) -> Self {
        Self { speech, read: 0 }
    }

    /// Lines read so far.
    pub(super) const fn read(&self) -> usize {
        self.read
    }

    pub(super) fn file(&mut self, path: &Path, sink: &mut Sink, mut progress: impl FnMut(u64)) -> anyhow::Result<()> {
        let mut input: Box<dyn Read> =
            if path.as_os_str() == "-" { Box::new(std::io::stdin()) } else { Box::new(File::open(path).context("could not open it")?) };
        sink.place(&path.display().to_string())?;
        if let Speech::Csv(list) = &mut self.speech {
            list.next_file();
        }
        let mut splitter = Splitter::keeping_blanks();
        let mut wrong = None;
        let mut piece = vec![0; PIECE];
        loop {
            let got = input.read(&mut piece).context("could not read on")?;
            if got == 0 {
                break;
            }
            splitter.feed(piece.get(..got).unwrap_or_default(), |line| {
                if wrong.is_none() {
                    wrong = self.line(line, sink).err();
                }
            });
            if let Some(error) = wrong.take() {
                return Err(error);
            }
            progress(got as u64);
            sink.flush_if_full()?;
        }
        splitter.finish(|line| wrong = self.line(line, sink).err());
        wrong.map_or(Ok(()), Err)
    }

    /// What was still held at the end of all files.
    pub(super) fn finish(&mut self, sink: &mut Sink) -> anyhow::Result<()> {
        let rest = match &mut self.speech {
            Speech::Events => Vec::new(),
            Speech::Dialect(dialect) => dialect.finish(),
            Speech::Csv(list) => {
                let rest = list.finish();
                eprintln!("{}", list.report());
                rest
            }
        };
        for event in &rest {
            sink.event(self.read, event, b"");
            sink.flush_if_full()?;
        }
        Ok(())
    }

    /// Takes in one line; an error is one of the whole file.
    fn line(&mut self, line: &Line<'_>, sink: &mut Sink) -> anyhow::Result<()> {
        let blank = line.text.iter().all(u8::is_ascii_whitespace);
        self.read += usize::from(!blank);
        if line.bytes > line.text.len() {
            sink.reject(line.number, line.text, &format!("line of {} bytes, at most {MAX_LINE_BYTES} are read", line.bytes));
            return Ok(());
        }
        match &mut self.speech {
            Speech::Events if blank => {}
            Speech::Events => sink.line(line),
            Speech::Dialect(dialect) => match dialect.line(line.text) {
                Ok(events) => events.iter().for_each(|event| sink.event(line.number, event, line.text)),
                Err(_) if blank && line.text.is_empty() => {}
                Err(reject) if line.torn => sink.reject(line.number, line.text, &format!("torn last line: {reject}")),
                Err(reject) => sink.reject(line.number, line.text, &reject.to_string()),
            },
            Speech::Csv(list) => match list.line(line.text).with_context(|| format!("line {}", line.number))? {
                csv::Line::Header => self.read -= 1,
                csv::Line::Blank => {}
                csv::Line::Call { events, .. } => events.iter().for_each(|event| sink.event(line.number, event, line.text)),
                csv::Line::Rejected(reject) if line.torn => sink.reject(line.number, line.text, &format!("torn last line: {reject}")),
                csv::Line::Rejected(reject) => sink.reject(line.number, line.text, &reject.to_string()),
            },
        }
        Ok(())
    }
}
