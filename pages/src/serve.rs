//! A file as a response: packed as the browser takes it, kept as long as its name says, under the page's policy.

use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::assets::{Asset, Page};

/// What a page may fetch and who may frame it: a content security policy.
#[derive(Debug, Clone, Copy)]
pub struct Policy(&'static str);

impl Policy {
    /// Everything from this origin, nothing inline, nothing else: a wall runs for months beside nobody.
    pub const WALL: Self = Self(
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'",
    );
    /// As the wall, and recordings and pictures of articles from this origin; in a file that Vite's preview reads too.
    pub const CONSOLE: Self = Self(include_str!("../../web/console/policy.txt").trim_ascii());
}

/// A name with a hash of its content never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// The page itself.
#[must_use]
pub fn index(page: &'static Page, policy: Policy, headers: &HeaderMap) -> Response {
    match page.find("index.html") {
        Some(index) => send(index, "no-cache", policy, headers),
        None => missing(page),
    }
}

/// One of its files.
#[must_use]
pub fn file(page: &'static Page, path: &str, policy: Policy, headers: &HeaderMap) -> Response {
    match page.find(path) {
        Some(asset) => send(asset, if path.starts_with("assets/") { FOREVER } else { "no-cache" }, policy, headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What stands at the address of a page that was not built in.
#[must_use]
pub fn missing(page: &Page) -> Response {
    let name = page.name;
    let text = format!("The {name} is not built into this binary. Run `npm ci && npm run build` in web/ and build again, or `cargo xtask demo`.\n");
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}

fn send(asset: &'static Asset, cache: &'static str, policy: Policy, headers: &HeaderMap) -> Response {
    let (packing, bytes) = match (asset.brotli, asset.gzip) {
        (Some(bytes), _) if takes(headers, "br") => (Some("br"), bytes),
        (_, Some(bytes)) if takes(headers, "gzip") => (Some("gzip"), bytes),
        _ => (None, asset.plain),
    };
    let mut response = bytes.into_response();
    let fixed = [
        (CONTENT_TYPE, asset.mime),
        (CACHE_CONTROL, cache),
        (VARY, "accept-encoding"),
        (CONTENT_SECURITY_POLICY, policy.0),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed.into_iter().chain(packing.map(|p| (CONTENT_ENCODING, p))) {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn takes(headers: &HeaderMap, packing: &str) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accepted.split(',').filter_map(|part| part.split(';').next()).any(|name| name.trim() == packing)
}
