//! Sessions: a secret in a cookie, its hash in the store, an idle and an absolute limit, and a new secret every quarter
//! of an hour. The one before stays good for a minute, for requests that were under way.

use callboard_domain::Timestamp;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::{Value, json};

use crate::Admin;
use crate::problem::Problem;
use crate::random::{digest, secret};
use crate::resource::column::instant;
use crate::store::row;

/// The cookie's name.
pub const COOKIE: &str = "callboard_session";
/// How long a session may rest, and live at all.
const IDLE_MS: i64 = 60 * 60_000;
const ABSOLUTE_MS: i64 = 12 * 60 * 60_000;
/// How often its secret changes, and how long the one before is good.
const ROTATE_MS: i64 = 15 * 60_000;
const GRACE_MS: i64 = 60_000;
/// How often its use is written down.
const NOTE_MS: i64 = 60_000;

/// How somebody showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By a password.
    Password,
    /// By a provider of identities.
    Oidc,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Oidc => "oidc",
        }
    }
}

/// A session that was found.
#[derive(Debug)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// What unsafe requests must carry.
    pub csrf: String,
    /// The cookie to set, when the secret has just changed.
    pub cookie: Option<String>,
}

/// Begins a session; the session with its cookie.
///
/// # Errors
/// When the store fails.
pub async fn begin(admin: &Admin, db: &impl ConnectionTrait, user_id: &str, way: Way, (address, agent): (&str, &str)) -> Result<Session, Problem> {
    let (id, key, csrf, now) = (admin.new_id(), secret(admin.random()), secret(admin.random()), admin.now());
    let old =
        Query::delete().from_table("sessions").cond_where(Cond::any().add(Expr::col("expires_at").lt(now.as_millis())).add(idle(now))).to_owned();
    db.execute(&old).await?;
    let columns = vec![
        ("user_id", user_id.into()),
        ("secret_hash", digest(&key).into()),
        ("csrf", csrf.clone().into()),
        ("rotated_at", now.as_millis().into()),
        ("used_at", now.as_millis().into()),
        ("expires_at", now.plus(ABSOLUTE_MS).as_millis().into()),
        ("address", address.into()),
        ("way", way.name().into()),
        ("agent", agent.chars().take(200).collect::<String>().into()),
    ];
    db.execute(&row::insert("sessions", &id, now, columns)).await?;
    Ok(Session { id, user_id: user_id.into(), csrf, cookie: Some(cookie(admin, &key)) })
}

/// The session of a secret, unless it has ended; notes that it is used and changes its secret when that is due.
///
/// # Errors
/// When the store fails.
pub async fn find(admin: &Admin, key: &str) -> Result<Option<Session>, Problem> {
    let (now, hash) = (admin.now(), digest(key));
    let of = Cond::any()
        .add(Expr::col("secret_hash").eq(hash.clone()))
        .add(Cond::all().add(Expr::col("previous_hash").eq(hash.clone())).add(Expr::col("rotated_at").gte(now.plus(-GRACE_MS).as_millis())));
    let select = Query::select()
        .columns(["id", "user_id", "csrf", "secret_hash", "rotated_at", "used_at"])
        .from("sessions")
        .cond_where(of)
        .and_where(Expr::col("expires_at").gt(now.as_millis()))
        .and_where(idle(now).not())
        .to_owned();
    let Some(row) = admin.db().query_one(&select).await? else { return Ok(None) };
    let mut session = Session { id: row.try_get("", "id")?, user_id: row.try_get("", "user_id")?, csrf: row.try_get("", "csrf")?, cookie: None };
    let current = row.try_get::<String>("", "secret_hash")? == hash;
    if current && now.as_millis() - row.try_get::<i64>("", "rotated_at")? >= ROTATE_MS {
        let next = secret(admin.random());
        let mut update = Query::update();
        update.table("sessions").and_where(Expr::col("id").eq(session.id.clone())).and_where(Expr::col("secret_hash").eq(hash.clone()));
        update.value("secret_hash", digest(&next)).value("previous_hash", hash);
        update.value("rotated_at", now.as_millis()).value("used_at", now.as_millis());
        if admin.db().execute(&update).await?.rows_affected() == 1 {
            session.cookie = Some(cookie(admin, &next));
        }
    } else {
        used(admin, &session.id, row.try_get("", "used_at")?).await?;
    }
    Ok(Some(session))
}

/// By which way a session began.
pub(crate) async fn way(admin: &Admin, id: &str) -> Result<String, Problem> {
    let select = Query::select().column("way").from("sessions").and_where(Expr::col("id").eq(id)).to_owned();
    let way: Option<String> = admin.db().query_one(&select).await?.map(|row| row.try_get("", "way")).transpose()?.flatten();
    Ok(way.unwrap_or_else(|| Way::Password.name().to_owned()))
}

/// The user of a session by its id, unless it has ended; notes that it is used.
pub(super) async fn again(admin: &Admin, id: &str) -> Result<Option<String>, Problem> {
    let now = admin.now();
    let select = Query::select()
        .columns(["user_id", "used_at"])
        .from("sessions")
        .and_where(Expr::col("id").eq(id))
        .and_where(Expr::col("expires_at").gt(now.as_millis()))
        .and_where(idle(now).not())
        .to_owned();
    let Some(row) = admin.db().query_one(&select).await? else { return Ok(None) };
    used(admin, id, row.try_get("", "used_at")?).await?;
    Ok(Some(row.try_get("", "user_id")?))
}

/// Notes that a session is used, at most so often.
async fn used(admin: &Admin, id: &str, before: i64) -> Result<(), Problem> {
    let now = admin.now().as_millis();
    if now - before >= NOTE_MS {
        let update = Query::update().table("sessions").and_where(Expr::col("id").eq(id)).value("used_at", now).to_owned();
        admin.db().execute(&update).await?;
    }
    Ok(())
}

/// Ends sessions of a user: one, all, or all but one.
///
/// # Errors
/// When the store fails.
pub async fn end(db: &impl ConnectionTrait, user_id: &str, only: Option<&str>, but: Option<&str>) -> Result<u64, Problem> {
    let mut delete = Query::delete();
    delete.from_table("sessions").and_where(Expr::col("user_id").eq(user_id));
    if let Some(id) = only {
        delete.and_where(Expr::col("id").eq(id));
    }
    if let Some(id) = but {
        delete.and_where(Expr::col("id").ne(id));
    }
    Ok(db.execute(&delete).await?.rows_affected())
}

/// The sessions of a user, the latest first; `current` is marked.
///
/// # Errors
/// When the store fails.
pub async fn list(admin: &Admin, user_id: &str, current: Option<&str>) -> Result<Vec<Value>, Problem> {
    let now = admin.now();
    let select = Query::select()
        .columns(["id", "created_at", "used_at", "expires_at", "address", "agent"])
        .from("sessions")
        .and_where(Expr::col("user_id").eq(user_id))
        .and_where(Expr::col("expires_at").gt(now.as_millis()))
        .and_where(idle(now).not())
        .order_by("used_at", sea_orm::sea_query::Order::Desc)
        .limit(100)
        .to_owned();
    let shown = |row: &QueryResult| -> Result<Value, sea_orm::DbErr> {
        let (id, time) = (row.try_get::<String>("", "id")?, |name: &str| row.try_get::<i64>("", name).map(instant));
        let (address, agent) = (row.try_get::<String>("", "address")?, row.try_get::<String>("", "agent")?);
        let current = Some(id.as_str()) == current;
        Ok(json!({
            "id": id, "created_at": time("created_at")?, "used_at": time("used_at")?, "expires_at": time("expires_at")?,
            "address": address, "agent": agent, "current": current,
        }))
    };
    admin.db().query_all(&select).await?.iter().map(shown).collect::<Result<_, _>>().map_err(Problem::from)
}

fn idle(now: Timestamp) -> Expr {
    Expr::col("used_at").lt(now.plus(-IDLE_MS).as_millis())
}

fn cookie(admin: &Admin, key: &str) -> String {
    format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", ABSOLUTE_MS / 1_000, secure(admin))
}

/// The cookie that takes the session's away.
#[must_use]
pub fn no_cookie(admin: &Admin) -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", secure(admin))
}

/// What cookies say behind TLS.
#[must_use]
pub fn secure(admin: &Admin) -> &'static str {
    if admin.options().secure { "; Secure" } else { "" }
}
