//! The logo (标志) and the picture of the sign-in page: looked at and not believed, shown to everybody.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use axum::{Extension, Json};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Order, Query};
use serde_json::{Value, json};

use crate::parameters::PARAMETERS;
use callboard_admin::Admin;
use callboard_admin::audit::{self, Entry};
use callboard_admin::entity::standard::record;
use callboard_admin::http::{Routes, body::whole};
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::column;

/// The pictures there may be.
const NAMES: [&str; 2] = ["logo", "sign-in"];
/// The largest picture, in bytes and in pixels of either side.
pub const MOST_BYTES: usize = 1024 * 1024;
const MOST_PIXELS: u32 = 4_096;

pub(crate) fn routes(routes: &mut Routes) {
    let edit = Need::Right(PARAMETERS.right("write"));
    routes.get("/images", Need::Nothing, "The pictures of the house that are set", all);
    routes.get("/images/{name}", Need::Nothing, "A picture of the house", show);
    routes.layered(&Method::PUT, "/images/{name}", edit.clone(), "Set a picture", put(set).layer(DefaultBodyLimit::max(MOST_BYTES)));
    routes.on(&Method::DELETE, "/images/{name}", edit, "Remove a picture", remove);
}

/// What a picture is, by its bytes: PNG, JPEG or WebP with its size in pixels. SVG can run scripts and is none.
fn picture(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let four = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        return (bytes.get(12..16)? == b"IHDR").then_some(("image/png", four(16)?, four(20)?));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12)? == b"WEBP" {
        return webp(bytes).map(|(width, height)| ("image/webp", width, height));
    }
    if bytes.starts_with(b"\xff\xd8") { jpeg(bytes).map(|(width, height)| ("image/jpeg", width, height)) } else { None }
}

/// Width and height by the first chunk: lossy, lossless or extended (RFC 9649).
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    let little = |at: usize, length: usize| Some(bytes.get(at..at + length)?.iter().rev().fold(0_u32, |n, byte| (n << 8) | u32::from(*byte)));
    match bytes.get(12..16)? {
        b"VP8 " if bytes.get(23..26)? == b"\x9d\x01\x2a" => Some((little(26, 2)? & 0x3fff, little(28, 2)? & 0x3fff)),
        b"VP8L" if bytes.get(20)? == &0x2f => Some(((little(21, 4)? & 0x3fff) + 1, ((little(21, 4)? >> 14) & 0x3fff) + 1)),
        b"VP8X" => Some((little(24, 3)? + 1, little(27, 3)? + 1)),
        _ => None,
    }
}

/// Width and height: segments follow one another; the frame's tells the size.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let two = |at: usize| Some(u32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    let mut at = 2;
    loop {
        let (mark, kind) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        if mark != 0xff {
            return None;
        }
        match kind {
            0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => return Some((two(at + 7)?, two(at + 5)?)),
            0xff => at += 1,
            _ => at += 2 + usize::try_from(two(at + 2)?).ok()?.max(2),
        }
    }
}

fn known(name: &str) -> Result<(), Problem> {
    if NAMES.contains(&name) { Ok(()) } else { Err(Problem::not_found()) }
}

/// Which there are, each with when it was set: with that in its address a browser asks for it anew when there is another.
async fn all(State(admin): State<Arc<Admin>>) -> Result<Json<Value>, Problem> {
    let select = Query::select().columns(["name", "updated_at"]).from("images").order_by("name", Order::Asc).to_owned();
    let mut images = Vec::new();
    for row in admin.db().query_all(&select).await? {
        images.push(json!({ "name": row.try_get::<String>("", "name")?, "set_at": column::instant(row.try_get("", "updated_at")?) }));
    }
    Ok(Json(json!({ "items": images })))
}

async fn show(State(admin): State<Arc<Admin>>, Path(name): Path<String>) -> Result<Response, Problem> {
    known(&name)?;
    let select = Query::select().columns(["media_type", "content"]).from("images").and_where(Expr::col("name").eq(&name)).to_owned();
    let row = admin.db().query_one(&select).await?.ok_or_else(Problem::not_found)?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&row.try_get::<String>("", "media_type")?).map_err(|_| Problem::internal())?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    Ok((headers, row.try_get::<Vec<u8>>("", "content")?).into_response())
}

async fn set(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    known(&name)?;
    let bytes = whole(bytes)?;
    let (media_type, width, height) =
        picture(&bytes).ok_or_else(|| Problem::unsupported("a PNG, a JPEG or a WebP", "仅支持 PNG、JPEG 或 WebP 图片"))?;
    if !(1..=MOST_PIXELS).contains(&width) || !(1..=MOST_PIXELS).contains(&height) {
        return Err(Problem::unsupported(format!("at most {MOST_PIXELS} pixels wide and high"), format!("宽高最多 {MOST_PIXELS} 像素")));
    }
    let (tx, now) = (admin.begin().await?, admin.now().as_millis());
    let mut insert = Query::insert();
    insert
        .into_table("images")
        .columns(["id", "version", "created_at", "updated_at", "name", "media_type", "content"])
        .values_panic([
            Expr::val(&name),
            Expr::val(1_i64),
            Expr::val(now),
            Expr::val(now),
            Expr::val(&name),
            Expr::val(media_type),
            Expr::val(bytes.to_vec()),
        ])
        .on_conflict(OnConflict::column("id").update_columns(["media_type", "content", "updated_at"]).to_owned());
    tx.execute(&insert).await?;
    let after = Some(record(json!({ "size": bytes.len(), "width": width, "height": height })));
    audit::note(
        &admin,
        &tx,
        &caller,
        Entry { action: "set-image", resource: PARAMETERS.name, target: Some(&name), label: &name, after, ..Entry::default() },
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    let tx = admin.begin().await?;
    if tx.execute(Query::delete().from_table("images").and_where(Expr::col("name").eq(&name))).await?.rows_affected() == 0 {
        return Err(Problem::not_found());
    }
    let entry = Entry { action: "remove-image", resource: PARAMETERS.name, target: Some(&name), label: &name, ..Entry::default() };
    audit::note(&admin, &tx, &caller, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_their_bytes() {
        let png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0, 0, 0, 200, 0, 0, 0, 50]].concat();
        assert_eq!(picture(&png), Some(("image/png", 200, 50)));
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 0, 50, 0, 200, 3];
        assert_eq!(picture(&jpeg), Some(("image/jpeg", 200, 50)));
        let riff = |chunk: &[u8], rest: &[u8]| [b"RIFF\x40\0\0\0WEBP", chunk, b"\x20\0\0\0", rest].concat();
        for webp in [
            riff(b"VP8 ", &[0x30, 1, 0, 0x9d, 1, 0x2a, 200, 0, 50, 0]),
            riff(b"VP8L", &[0x2f, 199, 0x40, 0x0c, 0]),
            riff(b"VP8X", &[0x10, 0, 0, 0, 199, 0, 0, 49, 0, 0]),
        ] {
            assert_eq!(picture(&webp), Some(("image/webp", 200, 50)));
        }
        assert_eq!((picture(&riff(b"VP8 ", &[0; 10])), picture(b"RIFF\x04\0\0\0WEBP"), picture(b"RIFF\x04\0\0\0WAVE")), (None, None, None));
        for bad in [b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".as_slice(), b"<html>", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b""] {
            assert_eq!(picture(bad), None);
        }
    }
}
