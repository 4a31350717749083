//! `Idempotency-Key`: the same request sent again within a day makes nothing new.

use axum::http::HeaderMap;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::Value;

use crate::Admin;
use crate::identity::Caller;
use crate::problem::Problem;
use crate::random::digest;
use crate::resource::{Record, Resource};
use crate::store::row;

/// How long a key is remembered.
const KEEP_MS: i64 = 24 * 3_600_000;
const LONGEST: usize = 200;

/// A request that is to be done once.
#[derive(Debug)]
pub struct Once {
    caller: String,
    key: String,
    request: String,
    since: i64,
}

impl Once {
    /// Of a request that carries a key.
    ///
    /// # Errors
    /// 400 for a key that is empty or too long.
    pub fn of(admin: &Admin, caller: &Caller, headers: &HeaderMap, resource: &Resource, body: &Record) -> Result<Option<Self>, Problem> {
        let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
        let key = key.to_str().ok().filter(|k| (1..=LONGEST).contains(&k.len()));
        let key = key.ok_or_else(|| Problem::bad_request("Idempotency-Key must have 1 to 200 characters", "Idempotency-Key 须为 1 至 200 个字符"))?;
        Ok(Some(Self {
            caller: caller.user_id.clone().unwrap_or_else(|| caller.name.clone()),
            key: digest(&format!("{} {key}", resource.path)),
            request: digest(&Value::Object(body.clone()).to_string()),
            since: admin.now().plus(-KEEP_MS).as_millis(),
        }))
    }

    /// The row that the same request made before.
    ///
    /// # Errors
    /// 422 when the key was used for another request.
    pub async fn before(&self, db: &impl ConnectionTrait) -> Result<Option<String>, Problem> {
        db.execute(Query::delete().from_table("idempotency").and_where(Expr::col("created_at").lt(self.since))).await?;
        let select = Query::select()
            .columns(["request_hash", "row_id"])
            .from("idempotency")
            .and_where(Expr::col("caller").eq(self.caller.clone()))
            .and_where(Expr::col("key_hash").eq(self.key.clone()))
            .to_owned();
        let Some(row) = db.query_one(&select).await? else { return Ok(None) };
        if row.try_get::<String>("", "request_hash")? != self.request {
            return Err(Problem::field("Idempotency-Key", "taken", "was used for another request", "已用于其他请求"));
        }
        Ok(Some(row.try_get("", "row_id")?))
    }

    /// Remembers what was made, in its transaction.
    ///
    /// # Errors
    /// 409 when the same request is under way.
    pub async fn note(&self, admin: &Admin, db: &impl ConnectionTrait, id: &str) -> Result<(), Problem> {
        let columns = vec![
            ("caller", self.caller.clone().into()),
            ("key_hash", self.key.clone().into()),
            ("request_hash", self.request.clone().into()),
            ("row_id", id.into()),
        ];
        db.execute(&row::insert("idempotency", &admin.new_id(), admin.now(), columns)).await?;
        Ok(())
    }
}
