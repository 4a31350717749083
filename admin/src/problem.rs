//! Errors as RFC 9457 problem documents in the reader's language, from this one place.
//!
//! A problem is made in both languages. As a response it is only a status with the problem beside it; the gate, which
//! knows who reads, writes the document.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sea_orm::{DbErr, SqlErr};
use serde_json::json;

use crate::words::{Lang, Text, Words};

/// What the client is told.
#[derive(Debug, Clone)]
pub struct Problem(Box<Told>);

#[derive(Debug, Clone)]
struct Told {
    status: StatusCode,
    code: &'static str,
    title: Words,
    detail: Text,
    errors: Vec<FieldError>,
    retry_after_s: Option<u64>,
}

/// What is wrong with one field.
#[derive(Debug, Clone)]
pub struct FieldError {
    /// Its name; a parameter's name in a list.
    pub field: String,
    /// A word for programs: `required`, `unknown`, `read_only`, `kind`, `long`, `taken`, `missing`, `rule`.
    pub code: &'static str,
    /// A sentence for people.
    pub message: Text,
}

impl FieldError {
    /// A field, a word for programs, a sentence in English and Chinese.
    pub fn new(field: impl Into<String>, code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: Text::new(en, zh) }
    }

    /// A text with a NUL in it, which PostgreSQL cannot keep.
    pub fn unkept(field: impl Into<String>) -> Self {
        Self::new(field, "kind", "has a character that cannot be kept", "包含无法保存的字符")
    }
}

/// Makes a constructor for each kind of problem whose words never change.
macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident = $status:ident, $code:literal, $en:literal, $zh:literal, $den:literal, $dzh:literal;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name() -> Self {
            Self::new(StatusCode::$status, $code, Words::new($en, $zh), Text::new($den, $dzh))
        }
    )*};
}

impl Problem {
    fixed! {
        /// 401: nobody is signed in.
        unauthorized = UNAUTHORIZED, "unauthorized", "Sign in first", "请先登录", "there is no valid session or token", "没有有效的会话或令牌";
        /// 401: login and password do not fit together.
        wrong_password = UNAUTHORIZED, "wrong-password", "Wrong login or password", "用户名或密码错误", "login and password do not fit together", "用户名与密码不匹配";
        /// 403: the password must be changed before anything else.
        must_change_password = FORBIDDEN, "must-change-password", "Change your password first", "请先修改密码", "a one-time password is only good for setting a new one", "一次性密码只能用于设置新密码";
        /// 401: a pairing code is wrong, used or too old.
        wrong_code = UNAUTHORIZED, "wrong-code", "Wrong code", "配对码错误", "the code is wrong, was used, or is too old; make another", "配对码错误、已使用或已过期, 请重新获取";
        /// 403: a key may not do what only a person does.
        no_person = FORBIDDEN, "no-person", "Sign in yourself", "请本人登录", "a token or a screen may not do this", "令牌或大屏终端不能执行此操作";
        /// 403: a screen asks for a board that is not one of its own.
        no_board = FORBIDDEN, "no-board", "Not this board", "无权查看该看板", "the screen may not show this board", "该终端不能显示此看板";
        /// 403: the page's token is missing or wrong.
        forged = FORBIDDEN, "forged", "Not sent by the page", "请求来源不可信", "X-CSRF-Token is missing or not that of the session", "缺少 X-CSRF-Token 或与会话不符";
        /// 403: a row would leave what the caller may see.
        out_of_scope = FORBIDDEN, "out-of-scope", "Outside your data scope", "超出数据权限范围", "the row would lie outside the data that you may see", "该记录将超出您的数据权限范围";
        /// 403: the right is there, and does not reach everybody's rows.
        too_narrow = FORBIDDEN, "too-narrow", "Your data scope is too narrow", "数据权限范围不足", "this takes a role whose data scope is all", "此操作需要数据权限为全部的角色";
        /// 404: there is none, or none that the caller may see.
        not_found = NOT_FOUND, "not-found", "Not found", "未找到", "there is no such thing, or you may not see it", "不存在, 或您无权查看";
        /// 405: there is such an address, and this is not done with it.
        no_method = METHOD_NOT_ALLOWED, "no-method", "Not done here", "不支持该操作", "this address does not take this method", "该地址不支持此请求方法";
        /// 409: something refers to it.
        in_use = CONFLICT, "in-use", "Still in use", "仍在使用", "something still refers to it; disable it instead", "仍被引用, 请改为停用";
        /// 409: another write was faster.
        conflict = CONFLICT, "conflict", "Conflict", "冲突", "somebody else wrote the same at the same time; load it again", "他人同时写入了相同内容, 请重新加载";
        /// 412: it was changed since it was read.
        changed = PRECONDITION_FAILED, "changed", "Changed by somebody else", "已被他人修改", "it was changed since you read it; load it again", "读取后已被他人修改, 请重新加载";
        /// 428: `If-Match` is missing.
        no_version = PRECONDITION_REQUIRED, "no-version", "Say which version", "缺少版本", "send If-Match with the ETag that you read", "请在 If-Match 中附上读取到的 ETag";
        /// 421: another node has what is asked for.
        elsewhere = MISDIRECTED_REQUEST, "elsewhere", "Not on this node", "不在此节点", "this node shows no calls; ask one that has the role wallboard", "此节点不提供通话数据, 请访问具有 wallboard 角色的节点";
        /// 500: something of ours failed.
        internal = INTERNAL_SERVER_ERROR, "internal", "Something failed here", "服务器内部错误", "the log of the server says what", "详情见服务器日志";
        /// 503: history is not there yet.
        not_ready = SERVICE_UNAVAILABLE, "not-ready", "Not ready yet", "尚未就绪", "calls are still being read from history; try again soon", "正在读取历史通话, 请稍后再试";
        /// 503: the settings store does not answer.
        away = SERVICE_UNAVAILABLE, "away", "Try again later", "请稍后再试", "the settings store does not answer", "设置库无响应";
        /// 503: the place for files does not answer.
        unreachable_files = SERVICE_UNAVAILABLE, "away", "Try again later", "请稍后再试", "the place where files are kept does not answer; the log of the server says why", "文件存储无响应, 详情见服务器日志";
    }

    fn new(status: StatusCode, code: &'static str, title: Words, detail: Text) -> Self {
        Self(Box::new(Told { status, code, title, detail, errors: Vec::new(), retry_after_s: None }))
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", Words::new("Cannot be understood", "请求无法理解"), Text::new(en, zh))
    }

    /// 403: the caller has not the right.
    #[must_use]
    pub fn forbidden(right: &str) -> Self {
        let detail = Text::new(format!("you have not the right {right}"), format!("您没有权限 {right}"));
        Self::new(StatusCode::FORBIDDEN, "forbidden", Words::new("Not allowed", "没有权限"), detail)
    }

    /// 404: there is none, and why can be said to whoever may ask.
    pub fn absent(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", Words::new("Not found", "未找到"), Text::new(en, zh))
    }

    /// 409: a rule of the thing speaks against it.
    pub fn refused(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "refused", Words::new("Refused", "操作被拒绝"), Text::new(en, zh))
    }

    /// 413: more than is read.
    pub fn too_large(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", Words::new("Too large", "内容过大"), Text::new(en, zh))
    }

    /// 415: a type that is not taken here.
    pub fn unsupported(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported", Words::new("Not this type", "类型不支持"), Text::new(en, zh))
    }

    /// 422: fields are wrong, each with its sentence.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = Text::new("some fields are not right", "部分字段不正确");
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", Words::new("Check your entries", "请检查输入"), detail);
        problem.0.errors = errors;
        problem
    }

    /// 422 for one field.
    pub fn field(field: &str, code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, code, en, zh)])
    }

    /// 429: too often; try again after so many seconds.
    #[must_use]
    pub fn too_often(after_s: u64) -> Self {
        let detail = Text::new(format!("try again in {after_s} s"), format!("请在 {after_s} 秒后重试"));
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-often", Words::new("Too often", "操作过于频繁"), detail);
        problem.0.retry_after_s = Some(after_s);
        problem
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Whether somebody else was faster: done once more it may go well, or there is more to say about what is wrong.
    #[must_use]
    pub fn is_overtaken(&self) -> bool {
        matches!(self.0.code, "conflict" | "in-use" | "changed")
    }

    /// What is wrong with each field.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Its detail in both languages.
    #[must_use]
    pub fn detail(&self) -> &Text {
        &self.0.detail
    }

    /// The document.
    #[must_use]
    pub fn document(&self, lang: Lang) -> serde_json::Value {
        let mut document = json!({
            "type": format!("/problems/{}", self.0.code), "title": self.0.title.get(lang), "status": self.0.status.as_u16(), "detail": self.0.detail.get(lang),
        });
        if !self.0.errors.is_empty() {
            let errors = self.0.errors.iter().map(|e| json!({"field": e.field, "code": e.code, "message": e.message.get(lang)})).collect();
            if let Some(object) = document.as_object_mut() {
                object.insert("errors".into(), serde_json::Value::Array(errors));
            }
        }
        document
    }

    /// The answer in a language.
    #[must_use]
    pub fn write(&self, lang: Lang) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/problem+json"), (header::CONTENT_LANGUAGE, lang.name())];
        let mut response = (self.0.status, kind, Json(self.document(lang))).into_response();
        if let Some(after) = self.0.retry_after_s.and_then(|s| HeaderValue::from_str(&s.to_string()).ok()) {
            response.headers_mut().insert(header::RETRY_AFTER, after);
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => return Self::conflict(),
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Self::in_use(),
            _ => {}
        }
        tracing::error!("the settings store refused: {error}");
        // SQLite, when somebody else writes for longer than one waits.
        let is_busy = || error.to_string().contains("database is locked");
        if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) || is_busy() { Self::away() } else { Self::internal() }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectOptions, ConnectionTrait, Database};

    use super::*;

    #[tokio::test]
    async fn a_store_that_somebody_else_writes_to_for_too_long_is_away() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("settings.db").display());
        let open = async || {
            let mut options = ConnectOptions::new(url.clone());
            options.max_connections(1);
            let db = Database::connect(options).await.unwrap();
            db.execute_unprepared("PRAGMA busy_timeout = 0").await.unwrap();
            db
        };
        let (one, two) = (open().await, open().await);
        one.execute_unprepared("CREATE TABLE t (a INTEGER)").await.unwrap();
        one.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
        let refused = two.execute_unprepared("INSERT INTO t VALUES (1)").await.unwrap_err();
        assert_eq!(Problem::from(refused).status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
