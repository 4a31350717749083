//! The console's addresses: every path below `/console/` is the one page, whose script knows the rest.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{Redirect, Response};
use axum::routing::get;

use crate::assets::CONSOLE;
use crate::serve::{Policy, file, index};

/// The routes of the console. Paths are absolute: merge, do not nest.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/console", get(async || Redirect::permanent("/console/")))
        .route("/console/", get(async |headers: HeaderMap| index(&CONSOLE, Policy::CONSOLE, &headers)))
        .route("/console/{*path}", get(below))
}

async fn below(Path(path): Path<String>, headers: HeaderMap) -> Response {
    if path.starts_with("assets/") || CONSOLE.find(&path).is_some() {
        return file(&CONSOLE, &path, Policy::CONSOLE, &headers);
    }
    index(&CONSOLE, Policy::CONSOLE, &headers)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, Response};
    use tower::ServiceExt as _;

    use super::*;

    async fn get(path: &str, packing: &str) -> Response<Body> {
        let request = Request::builder().uri(path).header("accept-encoding", packing).body(Body::empty()).unwrap();
        router::<()>().oneshot(request).await.unwrap()
    }

    fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
        response.headers().get(name).map(|v| v.to_str().unwrap()).unwrap_or_default()
    }

    #[tokio::test]
    async fn every_address_is_the_page_and_nothing_inline_is_allowed() {
        for path in ["/console/", "/console/users", "/console/users/0193?open=edit"] {
            let page = get(path, "br, gzip").await;
            if CONSOLE.files.is_empty() {
                assert_eq!(page.status(), 503);
                continue;
            }
            assert_eq!((page.status().as_u16(), header(&page, "content-type")), (200, "text/html; charset=utf-8"));
            assert_eq!((header(&page, "content-encoding"), header(&page, "cache-control")), ("br", "no-cache"));
            let policy = header(&page, "content-security-policy");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        }
        assert_eq!(header(&get("/console", "").await, "location"), "/console/");
    }

    #[tokio::test]
    async fn files_are_packed_as_the_browser_takes_them_and_kept_for_ever() {
        assert_eq!(get("/console/assets/none.js", "gzip").await.status(), 404);
        let Some(script) = CONSOLE.files.iter().find(|f| f.path.ends_with(".js")) else { return };
        let path = format!("/console/{}", script.path);
        for (accepts, packing) in [("gzip, deflate, br;q=0.9", "br"), ("gzip, deflate", "gzip"), ("identity", "")] {
            let file = get(&path, accepts).await;
            assert_eq!((file.status().as_u16(), header(&file, "content-encoding")), (200, packing));
            assert!(header(&file, "cache-control").contains("immutable") && header(&file, "vary") == "accept-encoding");
        }
    }
}
