//! From a request to the bare connection below it (RFC 6455, 4.2).
//!
//! The connection is needed itself: messages are written to it as they lie in memory, once for all screens.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// The one version that there is.
const VERSION: &str = "13";

/// The connection to come and the answer after which it comes.
///
/// # Errors
/// The answer to a request that asks for no web socket.
#[expect(clippy::result_large_err, reason = "the error is an answer that is sent at once")]
pub fn accept(request: &mut Request) -> Result<(OnUpgrade, Response), Response> {
    let headers = request.headers();
    let asks = request.method() == Method::GET
        && request.version() == Version::HTTP_11
        && names(headers, CONNECTION, "upgrade")
        && names(headers, UPGRADE, "websocket");
    if !asks {
        return Err((StatusCode::UPGRADE_REQUIRED, [(UPGRADE, "websocket")], "This is the address of a web socket.\n").into_response());
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|v| v != VERSION) {
        return Err((StatusCode::UPGRADE_REQUIRED, [(SEC_WEBSOCKET_VERSION, VERSION)], "The version must be 13.\n").into_response());
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes())).and_then(|key| HeaderValue::from_str(&key).ok());
    let (Some(key), Some(upgrade)) = (key, request.extensions_mut().remove::<OnUpgrade>()) else {
        return Err((StatusCode::BAD_REQUEST, "The request has no key, or its connection cannot be handed on.\n").into_response());
    };
    let switch = [(CONNECTION, HeaderValue::from_static("upgrade")), (UPGRADE, HeaderValue::from_static("websocket")), (SEC_WEBSOCKET_ACCEPT, key)];
    Ok((upgrade, (StatusCode::SWITCHING_PROTOCOLS, switch, Body::empty()).into_response()))
}

/// Whether a header that lists words names this one.
fn names(headers: &HeaderMap, header: HeaderName, word: &str) -> bool {
    let texts = headers.get_all(header).into_iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).any(|item| item.trim().eq_ignore_ascii_case(word))
}
