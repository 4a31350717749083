//! One source: connected or not, how far its time has come, and the holes in what it told.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::event::SourceGap;
use callboard_store::table::{Gap, LiveSource};
use serde::{Deserialize, Serialize};

/// A file's source counts as live for so long after its newest event, ms.
const FILE_LIVE_MS: i64 = 3_600_000;

/// A connected source says that it is alive about once a second; after so long without a word nothing is known, ms.
const SILENT_MS: i64 = 60_000;

/// What is known of a source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SourceTrack {
    source: Arc<str>,
    link: Link,
    version: Option<Arc<str>>,
    pub(crate) calls: bool,
    pub(crate) agents: bool,
    /// The newest event time heard.
    pub(crate) watermark: Timestamp,
    /// How far another fold of the source has come, where this one has still to catch up.
    #[serde(skip)]
    ahead: Option<Timestamp>,
    gaps: Vec<Gap>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Link {
    /// Never said to be connected: a file, or a sender that only posts.
    File,
    Connected,
    Lost(Timestamp),
}

impl SourceTrack {
    /// A source that is first heard of at a time.
    pub(crate) fn new(source: Arc<str>, at: Timestamp) -> Self {
        Self { source, link: Link::File, version: None, calls: false, agents: false, watermark: at, ahead: None, gaps: Vec::new() }
    }

    /// Takes in what another fold knows of the same source, who was told the same of it but for calls and agents.
    pub(crate) fn add(&mut self, other: &Self) {
        let ahead = self.ahead.unwrap_or(self.watermark);
        if other.watermark > ahead {
            self.link = other.link;
        }
        self.ahead = Some(ahead.max(other.watermark));
        // Nothing is closed too early while the part that is behind comes along.
        self.watermark = self.watermark.min(other.watermark);
        self.version = self.version.take().or_else(|| other.version.clone());
        self.calls |= other.calls;
        self.agents |= other.agents;
    }

    /// The part that was behind has come along.
    pub(crate) fn caught_up(&mut self) {
        if let Some(ahead) = self.ahead.take() {
            self.heard(ahead);
        }
    }

    pub(crate) fn heard(&mut self, at: Timestamp) {
        self.watermark = self.watermark.max(at);
    }

    pub(crate) fn connected(&mut self, version: Option<&str>) {
        self.link = Link::Connected;
        if let Some(version) = version {
            self.version = Some(version.into());
        }
    }

    pub(crate) fn lost(&mut self, at: Timestamp) {
        if !matches!(self.link, Link::Lost(_)) {
            self.link = Link::Lost(at);
        }
    }

    pub(crate) fn gap(&mut self, gap: &SourceGap<'_>) {
        if !self.gaps.iter().any(|g| g.from_at == gap.from_at) {
            self.gaps.push(Gap {
                source: Arc::clone(&self.source),
                from_at: gap.from_at,
                to_at: gap.to_at,
                reason: gap.reason.as_deref().map(Arc::from),
                filled_at: None,
                version: 1,
            });
        }
    }

    pub(crate) fn gap_filled(&mut self, filled: &SourceGap<'_>, at: Timestamp) {
        for gap in self.gaps.iter_mut().filter(|g| g.from_at >= filled.from_at && g.to_at <= filled.to_at && g.filled_at.is_none()) {
            gap.filled_at = Some(at);
        }
    }

    pub(crate) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Takes out filled gaps that ended before `before`.
    pub(crate) fn drain_gaps(&mut self, before: Timestamp) -> Vec<Gap> {
        self.gaps.extract_if(.., |g| g.filled_at.is_some() && g.to_at < before).collect()
    }

    /// Whether what it told belongs on a screen of now.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.link != Link::File || now.since(self.watermark) < FILE_LIVE_MS
    }

    /// Until when open states are known to last: now, or when it was last heard if it is lost or an old file.
    pub(crate) fn known_until(&self, now: Timestamp) -> Timestamp {
        let silent_ms = match self.link {
            Link::File => FILE_LIVE_MS,
            Link::Connected => SILENT_MS,
            Link::Lost(_) => 0,
        };
        if now.since(self.watermark) >= silent_ms { self.watermark.min(now) } else { now }
    }

    pub(crate) fn row(&self, as_of: Timestamp) -> LiveSource {
        let open_gaps = self.gaps.iter().filter(|g| g.filled_at.is_none()).count() as i64;
        let (state, lost_at) = match self.link {
            Link::File => ("file", None),
            Link::Connected => ("connected", None),
            Link::Lost(at) => ("lost", Some(at)),
        };
        LiveSource {
            source: Arc::clone(&self.source),
            state: state.into(),
            version: self.version.clone(),
            heard_at: lost_at.unwrap_or(self.watermark),
            lost_at,
            calls: i64::from(self.calls),
            agents: i64::from(self.agents),
            open_gaps,
            as_of,
        }
    }
}
