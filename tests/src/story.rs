//! A story in business words: who called whom and when, and the board that must come out.
//!
//! ```text
//! queue cards target 20s short 5s
//! 10:00:00 100 calls cards
//! 10:00:15 Li answers 100
//! 10:02:00 100 hangs up
//! board at 10:05:00 from queue_visits, queue_intervals
//! queue | offered | service_level
//! cards | 1       | 100.0%
//! ```

mod say;

use anyhow::{Context, bail};
use callboard_analytics::settings::{QueueRule, QueueSettings};
use callboard_domain::Timestamp;

/// A story read from a file.
#[derive(Debug)]
pub struct Story {
    /// Queues with their rules.
    pub queues: Vec<QueueSettings>,
    /// The events, as lines of the log, in the order told.
    pub lines: Vec<String>,
    /// What must stand on the boards.
    pub boards: Vec<Board>,
}

/// A table of measures that must come out.
#[derive(Debug)]
pub struct Board {
    /// As of when.
    pub at: Timestamp,
    /// The tables from which the same figures must come.
    pub tables: Vec<String>,
    /// Columns to group by, then measures.
    pub head: Vec<String>,
    /// How many of the columns group.
    pub groups: usize,
    /// Rows, as text.
    pub rows: Vec<Vec<String>>,
}

/// The day on which every story plays.
const DAY: &str = "2025-11-18";

/// `10:00:15` or `10:00:15.250` of the day of stories, UTC.
fn time(text: &str) -> anyhow::Result<Timestamp> {
    let ms = if text.contains('.') { "" } else { ".000" };
    format!("{DAY}T{text}{ms}Z").parse().with_context(|| format!("could not read the time {text:?}"))
}

fn span_ms(text: &str) -> anyhow::Result<i64> {
    let seconds = text.strip_suffix('s').with_context(|| format!("a span is written like 20s, not {text:?}"))?;
    Ok((seconds.parse::<f64>()? * 1_000.0) as i64)
}

impl Story {
    /// Reads a story.
    ///
    /// # Errors
    /// Names the line that cannot be understood.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut story = Self { queues: Vec::new(), lines: Vec::new(), boards: Vec::new() };
        let mut teller = say::Teller::default();
        for (n, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                story.line(line, &mut teller).with_context(|| format!("line {}: {line}", n + 1))?;
            }
        }
        if story.boards.iter().all(|b| b.rows.is_empty()) {
            bail!("a story without a board proves nothing");
        }
        Ok(story)
    }

    fn line(&mut self, line: &str, teller: &mut say::Teller) -> anyhow::Result<()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["queue", name, "target", target, "short", short] => {
                let rule = QueueRule { target_ms: span_ms(target)?, short_ms: span_ms(short)? };
                let rules = vec![(Timestamp::from_millis(i64::MIN), rule)];
                self.queues.push(QueueSettings { queue: (*name).into(), title_zh: (*name).into(), title_en: (*name).into(), rules });
            }
            ["board", "at", at, "from", ..] => {
                let (_, tables) = line.split_once("from ").context("a board names its tables")?;
                let tables = tables.split(',').map(|t| t.trim().to_owned()).collect();
                self.boards.push(Board { at: time(at)?, tables, head: Vec::new(), groups: 0, rows: Vec::new() });
            }
            _ if line.contains('|') => {
                let board = self.boards.last_mut().context("a row needs a board before it")?;
                let cells: Vec<String> = line.split('|').map(|c| c.trim().to_owned()).collect();
                if board.head.is_empty() {
                    board.groups = cells.iter().filter(|c| ["queue", "agent", "outcome"].contains(&c.as_str())).count();
                    board.head = cells;
                } else {
                    board.rows.push(cells);
                }
            }
            [at, rest @ ..] => self.lines.extend(teller.say(time(at)?, rest)?),
            [] => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_becomes_lines_of_the_log() {
        let story = Story::parse(
            "queue cards target 20s short 5s\n10:00:00 100 calls cards\n10:00:15 Li answers 100\nboard at 10:01:00 from queue_visits\nqueue | offered\ncards | 1",
        )
        .unwrap();
        assert_eq!(story.lines.len(), 3);
        assert!(story.lines.iter().all(|l| callboard_domain::Event::parse(l.as_bytes()).is_ok()));
        assert_eq!((story.boards[0].groups, story.boards[0].rows.len()), (1, 1));
    }

    #[test]
    fn what_cannot_be_understood_is_named() {
        let error = Story::parse("10:00:00 100 dances\n").unwrap_err();
        assert!(format!("{error:#}").contains("line 1: 10:00:00 100 dances"));
        assert!(Story::parse("10:00:00 100 calls cards\n").is_err());
    }
}
