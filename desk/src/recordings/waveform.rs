//! Waveforms: made once of each file, kept while there is room.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use callboard_admin::problem::Problem;
use serde_json::json;

use super::serve::Sound;
use super::wave::{HEAD, Peaks, Wave};

/// Waveforms that are kept; a thousand bytes a channel each.
const KEPT: usize = 1_000;
/// Bytes that are read at once: what one waveform in the making holds in memory.
const STEP: u64 = 1024 * 1024;
/// The largest file that is drawn: eighteen hours of a call.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;

/// The waveforms that were made.
#[derive(Debug, Default)]
pub(crate) struct Waveforms(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// By name and tag.
    made: HashMap<(String, String), Arc<(Wave, Peaks)>>,
    /// The oldest first.
    order: VecDeque<(String, String)>,
}

impl Waveforms {
    /// The waveform of a sound; none where it is no WAV that is understood.
    ///
    /// # Errors
    /// When the place is away, or the file is larger than is drawn.
    pub(crate) async fn of(&self, sound: &Sound) -> Result<Option<Arc<(Wave, Peaks)>>, Problem> {
        let key = (format!("{}/{}", sound.objects.place(), sound.name), sound.meta.tag.clone());
        if let Some(made) = self.kept().made.get(&key) {
            return Ok(Some(Arc::clone(made)));
        }
        let Some(wave) = header(sound).await? else { return Ok(None) };
        if wave.to > MOST_BYTES {
            return Err(Problem::refused("the recording is too long to be drawn", "录音过长, 无法绘制波形"));
        }
        let (mut peaks, mut at) = (Peaks::new(wave), wave.from);
        while at < wave.to {
            let next = wave.to.min(at + STEP);
            let bytes = sound.part(at, next).await?.ok_or_else(Problem::not_found)?;
            // Some milliseconds of work.
            let step = tokio::task::spawn_blocking(move || {
                peaks.take(&bytes);
                peaks
            });
            peaks = step.await.map_err(|_| Problem::internal())?;
            at = next;
        }
        let made = Arc::new((wave, peaks));
        self.keep(key, Arc::clone(&made));
        Ok(Some(made))
    }

    fn keep(&self, key: (String, String), made: Arc<(Wave, Peaks)>) {
        let mut kept = self.kept();
        if kept.made.insert(key.clone(), made).is_none() {
            kept.order.push_back(key);
        }
        if kept.order.len() > KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.made.remove(&oldest);
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a request for a waveform.
    ///
    /// # Errors
    /// As `of`, or where there is nothing to draw.
    pub(crate) async fn answer(&self, sound: &Sound) -> Result<Response, Problem> {
        let drawn = || {
            Problem::refused(
                "a waveform is drawn of WAV files with PCM of 8 or 16 bits, mu-law or A-law",
                "仅支持绘制 8/16 位 PCM、mu-law 或 A-law 的 WAV 文件波形",
            )
        };
        let made = self.of(sound).await?.ok_or_else(drawn)?;
        let (wave, peaks) = &*made;
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, HeaderValue::from_str(&sound.meta.tag).map_err(|_| Problem::internal())?);
        let body = json!({ "duration_ms": wave.length_ms(), "channels": peaks.channels() });
        Ok((headers, axum::Json(body)).into_response())
    }
}

/// What a sound's header says; none where it is no WAV that is understood.
///
/// # Errors
/// When the place is away.
pub(crate) async fn header(sound: &Sound) -> Result<Option<Wave>, Problem> {
    if sound.media_type != "audio/wav" {
        return Ok(None);
    }
    let head = sound.part(0, sound.meta.size.min(HEAD)).await?.ok_or_else(Problem::not_found)?;
    Ok(Wave::read(&head, sound.meta.size))
}
