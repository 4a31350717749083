//! A sound over HTTP: whole or in parts, as players ask for it while they move about (RFC 9110), from a folder or a bucket.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use callboard_admin::problem::Problem;
use callboard_objects::{Error, Meta, Objects};
use futures::{Stream, stream};

use super::media;
use super::range::{self, Wanted};

/// Bytes that are read at once: what one listener holds in memory.
const STEP: u64 = 256 * 1024;

/// A sound that is there.
#[derive(Debug, Clone)]
pub(crate) struct Sound {
    /// Where it lies.
    pub(crate) objects: Objects,
    /// Its name there.
    pub(crate) name: String,
    /// What is known of it.
    pub(crate) meta: Meta,
    /// What it is.
    pub(crate) media_type: &'static str,
}

impl Sound {
    /// The sound of that name; none where there is no such file.
    ///
    /// # Errors
    /// When it is no sound, or the place is away or refuses.
    pub(crate) async fn find(objects: &Objects, name: &str) -> Result<Option<Self>, Problem> {
        let Some(media_type) = media::of_name(name) else { return Ok(None) };
        let Some(meta) = found(objects.meta(name).await)? else { return Ok(None) };
        let head = match meta.size.min(media::HEAD) {
            0 => None,
            size => found(objects.part(name, 0..size).await)?,
        };
        if !media::fits(media_type, &head.unwrap_or_default()) {
            return Err(Problem::refused("the file is not the sound that its name says", "文件内容与扩展名不符, 不是录音"));
        }
        Ok(Some(Self { objects: objects.clone(), name: name.to_owned(), meta, media_type }))
    }

    /// Some bytes of it; none where the file has gone.
    ///
    /// # Errors
    /// When the place is away or refuses.
    pub(crate) async fn part(&self, from: u64, to: u64) -> Result<Option<Bytes>, Problem> {
        if from >= to { Ok(Some(Bytes::new())) } else { found(self.objects.part(&self.name, from..to).await) }
    }

    /// What its file is called.
    pub(crate) fn file(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// The answer to a request with these headers: to be played or to be saved, under the name that is shown to whoever asks.
    ///
    /// # Errors
    /// When a name is none for a header.
    pub(crate) fn answer(self, asked: &HeaderMap, shown: &str, save: bool) -> Result<Response, Problem> {
        let text = |name: HeaderName| asked.get(name).and_then(|v| v.to_str().ok());
        let (size, tag) = (self.meta.size, self.meta.tag.clone());
        let disposition = format!("{}; filename*=UTF-8''{}", if save { "attachment" } else { "inline" }, percent(shown));
        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, value: &str| -> Result<(), Problem> {
            headers.insert(name, HeaderValue::from_str(value).map_err(|_| Problem::internal())?);
            Ok(())
        };
        set(header::ETAG, &tag)?;
        set(header::ACCEPT_RANGES, "bytes")?;
        // Kept by the browser that plays it, asked about each time: rights may have changed.
        set(header::CACHE_CONTROL, "private, no-cache")?;
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff")?;
        set(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'")?;
        if same(text(header::IF_NONE_MATCH), &tag) {
            return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        // A part of another version than the player has would be noise in the middle: then all of it is sent.
        let ranged = text(header::RANGE).filter(|_| text(header::IF_RANGE).is_none_or(|t| t == tag && !t.starts_with("W/")));
        let (status, range) = match range::read(ranged, size) {
            Wanted::Nothing => {
                headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&format!("bytes */{size}")).map_err(|_| Problem::internal())?);
                return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
            }
            Wanted::Whole => (StatusCode::OK, 0..size),
            Wanted::Part(range) => {
                set(header::CONTENT_RANGE, &format!("bytes {}-{}/{size}", range.start, range.end - 1))?;
                (StatusCode::PARTIAL_CONTENT, range)
            }
        };
        set(header::CONTENT_TYPE, self.media_type)?;
        set(header::CONTENT_DISPOSITION, &disposition)?;
        set(header::CONTENT_LENGTH, &(range.end - range.start).to_string())?;
        Ok((status, headers, Body::from_stream(self.bytes(range.start, range.end))).into_response())
    }

    /// The bytes from one place to another, read as they are sent. What breaks off in the middle breaks the connection off.
    fn bytes(self, from: u64, to: u64) -> impl Stream<Item = Result<Bytes, Error>> {
        stream::try_unfold((self, from), move |(sound, at)| async move {
            if at >= to {
                return Ok(None);
            }
            let next = to.min(at + STEP);
            let part = sound.objects.part(&sound.name, at..next).await.inspect_err(|error| tracing::warn!("{error}"))?;
            Ok(part.map(|bytes| (bytes, (sound, next))))
        })
    }
}

/// Whether `If-None-Match` names the tag.
fn same(header: Option<&str>, tag: &str) -> bool {
    header.is_some_and(|h| h.split(',').map(str::trim).any(|t| t == "*" || t.trim_start_matches("W/") == tag.trim_start_matches("W/")))
}

/// What a place says, for whoever asked: a name that leads elsewhere is not there, and the reason stays in the log.
fn found<T>(asked: Result<Option<T>, Error>) -> Result<Option<T>, Problem> {
    asked.or_else(|error| {
        tracing::warn!("{error}");
        match error {
            Error::Name { .. } => Ok(None),
            Error::Settings { .. } | Error::Store { .. } => Err(Problem::unreachable_files()),
        }
    })
}

pub(crate) fn percent(name: &str) -> String {
    name.bytes().map(|b| if b.is_ascii_alphanumeric() || b"-._".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
