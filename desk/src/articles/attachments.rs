//! Attachments of articles: of known types, looked at and not believed, kept in the settings store and so in its backup.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ARTICLES;
use callboard_admin::Admin;
use callboard_admin::audit::{self, Entry};
use callboard_admin::entity::standard::record;
use callboard_admin::http::Routes;
use callboard_admin::http::body::{Asked, whole};
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::{column, list};
use callboard_admin::store::row;

/// The largest attachment.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// The most attachments of one article.
const MOST: i64 = 20;
/// Longest name, in characters.
const LONGEST: usize = 120;

pub(super) fn routes(routes: &mut Routes) {
    let (read, edit) = (Need::Right(ARTICLES.right("read")), Need::Right(ARTICLES.right("write")));
    routes.get("/articles/{id}/attachments", read.clone(), "Attachments of an article", all);
    let add = post(add).layer(DefaultBodyLimit::max(MOST_BYTES));
    routes.layered(&Method::POST, "/articles/{id}/attachments", edit.clone(), "Attach a file", add);
    routes.get("/articles/{id}/attachments/{attachment}", read, "Download an attachment", download);
    routes.on(&Method::DELETE, "/articles/{id}/attachments/{attachment}", edit, "Remove an attachment", remove);
}

/// What a file is, by its ending and its first bytes; none when the two do not fit or it is no type that is taken.
fn media_type(name: &str, bytes: &[u8]) -> Option<&'static str> {
    const ZIP: &[u8] = b"PK\x03\x04";
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let (starts, media_type): (&[u8], _) = match ending.as_str() {
        "pdf" => (b"%PDF-", "application/pdf"),
        "png" => (b"\x89PNG\r\n\x1a\n", "image/png"),
        "jpg" | "jpeg" => (b"\xff\xd8\xff", "image/jpeg"),
        "docx" => (ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "xlsx" => (ZIP, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "pptx" => (ZIP, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        "txt" | "csv" if std::str::from_utf8(bytes).is_ok_and(|t| !t.contains('\0')) => (b"", "text/plain; charset=utf-8"),
        _ => return None,
    };
    bytes.starts_with(starts).then_some(media_type)
}

/// A name that is a name: no path, nothing that a shell, a header or a file system takes for more.
fn is_name(name: &str) -> bool {
    let odd = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    !name.is_empty() && name.chars().count() <= LONGEST && !name.starts_with('.') && !name.contains(odd)
}

async fn reach(admin: &Admin, caller: &Caller, id: &str, right: &str) -> Result<(), Problem> {
    let data = caller.need(&ARTICLES.right(right))?;
    list::raw(admin.db(), caller, &ARTICLES, id, data).await?.map(drop).ok_or_else(Problem::not_found)
}

async fn all(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    reach(&admin, &caller, &id, "read").await?;
    let select = Query::select()
        .columns(["id", "name", "media_type", "size", "created_at"])
        .from("attachments")
        .and_where(Expr::col("article_id").eq(&id))
        .order_by("created_at", Order::Asc)
        .order_by("id", Order::Asc)
        .to_owned();
    let mut items = Vec::new();
    for row in admin.db().query_all(&select).await? {
        let text = |name: &str| row.try_get::<String>("", name);
        let at = column::instant(row.try_get("", "created_at")?);
        items.push(json!({
            "id": text("id")?, "name": text("name")?, "media_type": text("media_type")?, "size": row.try_get::<i64>("", "size")?, "created_at": at,
        }));
    }
    Ok(Json(json!({ "items": items })))
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

async fn add(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Asked(Named { name }): Asked<Named>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Problem> {
    reach(&admin, &caller, &id, "write").await?;
    let bytes = whole(bytes)?;
    if !is_name(&name) {
        return Err(Problem::field("name", "kind", "must be a file's name without a path", "须为不含路径的文件名"));
    }
    let refused = || {
        Problem::unsupported(
            "pdf, png, jpeg, docx, xlsx, pptx, txt or csv, each as it says it is",
            "仅支持 pdf、png、jpeg、docx、xlsx、pptx、txt、csv, 且内容须与扩展名相符",
        )
    };
    let media_type = media_type(&name, &bytes).ok_or_else(refused)?;
    let tx = admin.begin().await?;
    let count = Query::select().expr_as(Func::count(Expr::col("id")), "n").from("attachments").and_where(Expr::col("article_id").eq(&id)).to_owned();
    if tx.query_one(&count).await?.map(|row| row.try_get::<i64>("", "n")).transpose()?.unwrap_or_default() >= MOST {
        return Err(Problem::refused(format!("an article has at most {MOST} attachments"), format!("每个知识点最多 {MOST} 个附件")));
    }
    let sum: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    let (attachment, now) = (admin.new_id(), admin.now());
    let values = vec![
        ("article_id", id.as_str().into()),
        ("name", name.as_str().into()),
        ("media_type", media_type.into()),
        ("size", i64::try_from(bytes.len()).unwrap_or(i64::MAX).into()),
        ("sha256", sum.as_str().into()),
        ("content", bytes.to_vec().into()),
    ];
    tx.execute(&row::insert("attachments", &attachment, now, values)).await?;
    let after = Some(record(json!({ "name": name, "size": bytes.len(), "sha256": sum })));
    audit::note(
        &admin,
        &tx,
        &caller,
        Entry { action: "attach", resource: ARTICLES.name, target: Some(&id), label: &name, after, ..Entry::default() },
    )
    .await?;
    tx.commit().await?;
    Ok(Json(json!({ "id": attachment, "name": name, "media_type": media_type, "size": bytes.len(), "created_at": now.to_string() })))
}

async fn download(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path((id, attachment)): Path<(String, String)>,
) -> Result<Response, Problem> {
    reach(&admin, &caller, &id, "read").await?;
    let select = Query::select()
        .columns(["name", "media_type", "content"])
        .from("attachments")
        .and_where(Expr::col("article_id").eq(&id))
        .and_where(Expr::col("id").eq(&attachment))
        .to_owned();
    let row = admin.db().query_one(&select).await?.ok_or_else(Problem::not_found)?;
    let (name, media_type, content) =
        (row.try_get::<String>("", "name")?, row.try_get::<String>("", "media_type")?, row.try_get::<Vec<u8>>("", "content")?);
    let mut headers = HeaderMap::new();
    // Never shown as a page of ours: saved under its name, and if a browser shows it all the same, without anything that runs.
    let disposition = format!("attachment; filename*=UTF-8''{}", percent(&name));
    for (header, value) in [
        (header::CONTENT_TYPE, media_type.as_str()),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(header, HeaderValue::from_str(value).map_err(|_| Problem::internal())?);
    }
    Ok((headers, content).into_response())
}

fn percent(name: &str) -> String {
    name.bytes().map(|b| if b.is_ascii_alphanumeric() || b"-._".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

async fn remove(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path((id, attachment)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    reach(&admin, &caller, &id, "write").await?;
    let tx = admin.begin().await?;
    let named = Query::select()
        .column("name")
        .from("attachments")
        .and_where(Expr::col("article_id").eq(&id))
        .and_where(Expr::col("id").eq(&attachment))
        .to_owned();
    let name = tx.query_one(&named).await?.map(|row| row.try_get::<String>("", "name")).transpose()?.ok_or_else(Problem::not_found)?;
    let delete =
        Query::delete().from_table("attachments").and_where(Expr::col("article_id").eq(&id)).and_where(Expr::col("id").eq(&attachment)).to_owned();
    if tx.execute(&delete).await?.rows_affected() == 0 {
        return Err(Problem::not_found());
    }
    let entry = Entry { action: "detach", resource: ARTICLES.name, target: Some(&id), label: &name, ..Entry::default() };
    audit::note(&admin, &tx, &caller, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_what_they_say_and_names_are_names() {
        assert_eq!(media_type("a.pdf", b"%PDF-1.7 ..."), Some("application/pdf"));
        for (name, bytes) in
            [("a.pdf", b"<html>".as_slice()), ("a.html", b"<html>"), ("a.svg", b"<svg>"), ("a", b"%PDF-"), ("a.exe", b"MZ"), ("a.txt", b"\0\xff")]
        {
            assert_eq!(media_type(name, bytes), None, "{name}");
        }
        for bad in ["../../etc/passwd", "a/b.pdf", "..\\x.pdf", "x\r\nSet-Cookie: a.pdf", ".htaccess", "", "a\"b.pdf"] {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(is_name("退货 说明 (2).pdf"));
    }
}
