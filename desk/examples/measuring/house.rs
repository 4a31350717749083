//! What measurements share: an open house on a store of its own, asked through its router, and the times that it took.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use callboard_admin::random::Random;
use callboard_admin::store::Store;
use callboard_admin::{Admin, Options, http};
use callboard_domain::{Clock, Timestamp};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

struct Now;

impl Clock for Now {
    #[expect(clippy::disallowed_methods, reason = "a measurement asks the machine")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or_default())
    }
}

/// The machine's time, to measure with.
#[expect(clippy::disallowed_methods, reason = "a measurement asks the machine")]
pub fn now() -> Instant {
    Instant::now()
}

/// Ids need only differ.
struct Count(AtomicU64);

impl Random for Count {
    fn fill(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(8) {
            let next = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed).to_le_bytes();
            piece.iter_mut().zip(next).for_each(|(byte, n)| *byte = n);
        }
    }
}

/// An organisation that asks nobody who they are.
pub struct House {
    pub admin: Arc<Admin>,
    app: Router,
    _folder: TempDir,
}

impl House {
    /// On the store of a URL, or on a new SQLite file.
    pub async fn open(url: Option<String>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = url.unwrap_or_else(|| Store::file(&Path::new(folder.path()).join("settings.db")));
        let store = Store::open(&url).await?;
        let spawn: callboard_admin::Spawn = Arc::new(|job| drop(tokio::spawn(job)));
        let options = Options { open: true, ..Options::default() };
        let admin = Admin::new(store, Arc::new(Now), Arc::new(Count(AtomicU64::new(1))), spawn, options)
            .with(&callboard_desk::PART)
            .with(&callboard_sheets::PART);
        let admin = Arc::new(admin);
        callboard_desk::start(&admin).await.map_err(|p| anyhow::anyhow!("{p:?}"))?;
        callboard_admin::identity::first::administrator(&admin).await.map_err(|p| anyhow::anyhow!("{p:?}"))?;
        Ok(Self { app: http::router(Arc::clone(&admin)), admin, _folder: folder })
    }

    /// One request: how long it took, and what came back.
    pub async fn send(&self, method: Method, path: &str, kind: &str, body: String) -> anyhow::Result<(Duration, Value)> {
        let start = now();
        let request = Request::builder().method(method).uri(format!("/api/v1{path}")).header(header::CONTENT_TYPE, kind).body(Body::from(body))?;
        let answer = self.app.clone().oneshot(request).await?;
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
        let took = start.elapsed();
        anyhow::ensure!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&bytes));
        Ok((took, serde_json::from_slice(&bytes)?))
    }

    pub async fn once(&self, path: &str) -> anyhow::Result<(Duration, Value)> {
        self.send(Method::GET, path, "application/json", String::new()).await
    }

    /// Asks so many times and prints what it took.
    pub async fn timed(&self, what: &str, path: &str, runs: usize) -> anyhow::Result<()> {
        let mut took = Vec::new();
        for _ in 0..runs {
            took.push(self.once(path).await?.0);
        }
        took.sort();
        println!("{what:35} median {:>10}   slowest {:>10}", shown(at(&took, 0.5)), shown(at(&took, 1.0)));
        Ok(())
    }
}

/// The value below which so large a share lies.
fn at(sorted: &[Duration], share: f64) -> Duration {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a short list")]
    let place = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

/// Milliseconds for people.
pub fn shown(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1_000.0)
}

/// How many there were, and how they spread.
pub fn spread(mut took: Vec<Duration>) -> String {
    took.sort();
    let [half, most, nearly, all] = [0.5, 0.99, 0.999, 1.0].map(|share| shown(at(&took, share)));
    format!("{} times, median {half}, p99 {most}, p99.9 {nearly}, slowest {all}", took.len())
}
