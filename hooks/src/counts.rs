//! What web hooks do and what waits for them: plain numbers, which the server reads for its telemetry.

use std::sync::atomic::{AtomicU64, Ordering};

use callboard_admin::Admin;
use callboard_admin::problem::Problem;
use callboard_domain::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};

use crate::deliveries::{DELIVERIES, REFUSED, SENT, WAITING};
use crate::hook::WEB_HOOKS;

/// A number that only grows. Nothing else hangs on its order.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// How much there was so far.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Attempts of this process, by what came of them, since it began.
#[derive(Debug, Default)]
pub struct Counts {
    /// The receiver has it.
    pub sent: Count,
    /// It is tried again.
    pub failed: Count,
    /// The receiver does not want this one, and the next goes on.
    pub refused: Count,
}

impl Counts {
    /// An attempt was made, and this is what its delivery is now.
    pub(crate) fn attempt(&self, state: &'static str) {
        match state {
            SENT => self.sent.add(),
            REFUSED => self.refused.add(),
            _ => self.failed.add(),
        }
    }
}

/// How hooks stand in the store, which all nodes share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Deliveries that wait for hooks that are switched on.
    pub waiting: i64,
    /// When the oldest of them came.
    pub oldest_at: Option<Timestamp>,
    /// Hooks that are switched on and whose last attempt failed.
    pub failing: i64,
    /// Hooks that were switched off because their receivers failed for a day or want no more, and that nobody has switched on again.
    pub given_up: i64,
}

/// How they stand now: three short questions, of which none reads more than what waits.
///
/// # Errors
/// When the store fails.
pub async fn standing(admin: &Admin) -> Result<Standing, Problem> {
    let mut standing = Standing::default();
    let mut states = Query::select();
    states.columns(["enabled", "state"]).expr_as(Func::count(Expr::col("id")), "n").from(WEB_HOOKS.table).group_by_columns(["enabled", "state"]);
    for row in admin.db().query_all(&states).await? {
        let n: i64 = row.try_get("", "n")?;
        match (row.try_get("", "enabled")?, row.try_get::<Option<String>>("", "state")?.as_deref()) {
            (true, Some("failing")) => standing.failing += n,
            (false, Some("gone" | "silent")) => standing.given_up += n,
            _ => {}
        }
    }
    let own = |column: &'static str| Expr::col((DELIVERIES.table, column));
    let mut waits = Query::select();
    waits.expr_as(Func::count(own("seq")), "n").expr_as(Func::min(own("seq")), "first").from(DELIVERIES.table);
    waits.inner_join(WEB_HOOKS.table, own("hook_id").equals((WEB_HOOKS.table, "id"))).and_where(own("state").eq(WAITING));
    waits.and_where(Expr::col((WEB_HOOKS.table, "enabled")).eq(true)).group_by_col((DELIVERIES.table, "hook_id"));
    let mut firsts: Vec<i64> = Vec::new();
    for row in admin.db().query_all(&waits).await? {
        standing.waiting += row.try_get::<i64>("", "n")?;
        firsts.push(row.try_get("", "first")?);
    }
    if !firsts.is_empty() {
        // Those that are of one event came at one time.
        let oldest = Query::select()
            .expr_as(Func::min(Expr::col("created_at")), "at")
            .from(DELIVERIES.table)
            .and_where(Expr::col("seq").is_in(firsts))
            .to_owned();
        let at = admin.db().query_one(&oldest).await?.map(|row| row.try_get::<Option<i64>>("", "at")).transpose()?;
        standing.oldest_at = at.flatten().map(Timestamp::from_millis);
    }
    Ok(standing)
}
