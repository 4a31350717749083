//! A hook's turn: its events one after the other, the oldest first. Whoever holds the hook's lease sends, and nobody else.
//!
//! An event that does not arrive is tried again, and those behind it wait: a receiver hears of things in the order in which they
//! happened. After a day of failures the hook is switched off; what waits then goes on when somebody switches it on again.

use callboard_admin::Admin;
use callboard_admin::entity::standard::record;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::random::Random;
use callboard_admin::resource::write;
use callboard_admin::store::row;
use callboard_domain::Timestamp;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Order, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::json;

use crate::Hooks;
use crate::deliveries::{ATTEMPTS, DELIVERIES, REFUSED, SENT, WAITING};
use crate::event::Event;
use crate::fault::Fault;
use crate::hook::{Hook, WEB_HOOKS};
use crate::post::Outcome;

/// How long a process holds a hook while it sends one event; longer than any patience, so that nobody else sends the same meanwhile.
const LEASE_MS: i64 = 60_000;
/// Events of one turn.
const MOST: usize = 50;
/// Seconds until the next attempt, by how many have failed: eight within a day.
const WAITS_S: [i64; 7] = [5, 60, 300, 1_800, 7_200, 21_600, 50_400];

/// An event that is to be sent now.
struct Next {
    hook: Hook,
    previous_until: Option<i64>,
    delivery: String,
    audit_id: String,
    attempts: i64,
}

/// Hooks that have something to send now and that nobody holds.
pub(crate) async fn due(admin: &Admin) -> Result<Vec<String>, Problem> {
    let waits = Query::select()
        .column((DELIVERIES.table, "id"))
        .from(DELIVERIES.table)
        .and_where(Expr::col((DELIVERIES.table, "hook_id")).equals((WEB_HOOKS.table, "id")))
        .and_where(Expr::col((DELIVERIES.table, "state")).eq(WAITING))
        .to_owned();
    let mut select = Query::select();
    select.column("id").from(WEB_HOOKS.table).cond_where(ready(admin.now())).and_where(Expr::exists(waits));
    select.and_where(Expr::col("lease_until").is_null().or(Expr::col("lease_until").lte(admin.now().as_millis())));
    Ok(admin.db().query_all(&select).await?.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

/// Switched on, and not told to wait.
fn ready(now: Timestamp) -> Condition {
    let waited = Expr::col("next_at").is_null().or(Expr::col("next_at").lte(now.as_millis()));
    Cond::all().add(Expr::col("enabled").eq(true)).add(waited)
}

/// Sends what a hook has to send, until there is nothing, something fails or others should have their turn.
pub(crate) async fn turn(admin: &Admin, hooks: &Hooks, id: &str) -> Result<(), Problem> {
    let tx = admin.begin().await?;
    let mut next = claim(admin, &tx, hooks, id).await?;
    tx.commit().await?;
    for left in (0..MOST).rev() {
        let Some(sent) = next else { return Ok(()) };
        let began = admin.now();
        let outcome = send(admin, hooks, &sent).await?;
        let tx = admin.begin().await?;
        if !held(&tx, hooks, id).await? {
            tracing::warn!("the web hook {} is not this node's any more: deleted, or taken by another while this one was sending", sent.hook.name);
            return Ok(());
        }
        let state = note(admin, &tx, &sent, outcome, admin.now().since(began)).await?;
        next = if left > 0 { claim(admin, &tx, hooks, id).await? } else { leave(&tx, id).await.map(|()| None)? };
        tx.commit().await?;
        hooks.counts.attempt(state);
    }
    Ok(())
}

/// Takes the lease and the oldest event that waits; without one the lease is left.
async fn claim(admin: &Admin, tx: &DatabaseTransaction, hooks: &Hooks, id: &str) -> Result<Option<Next>, Problem> {
    let now = admin.now().as_millis();
    let free = Cond::any()
        .add(Expr::col("lease_until").is_null())
        .add(Expr::col("lease_until").lte(now))
        .add(Expr::col("lease_owner").eq(hooks.owner.as_str()));
    let mut take = Query::update();
    take.table(WEB_HOOKS.table).value("lease_owner", hooks.owner.as_str()).value("lease_until", now + LEASE_MS);
    take.and_where(Expr::col("id").eq(id)).cond_where(free).cond_where(ready(admin.now()));
    if tx.execute(&take).await?.rows_affected() == 0 {
        // Told to wait or switched off, perhaps by what was just noted.
        let own = Expr::col("lease_owner").eq(hooks.owner.as_str());
        release(tx, Cond::all().add(Expr::col("id").eq(id)).add(own)).await?;
        return Ok(None);
    }
    let mut oldest = Query::select();
    oldest.columns(["id", "audit_id", "attempts"]).from(DELIVERIES.table);
    oldest.and_where(Expr::col("hook_id").eq(id)).and_where(Expr::col("state").eq(WAITING));
    let Some(row) = tx.query_one(oldest.order_by("seq", Order::Asc).limit(1)).await? else {
        leave(tx, id).await?;
        return Ok(None);
    };
    let previous = Query::select().column("previous_until").from(WEB_HOOKS.table).and_where(Expr::col("id").eq(id)).to_owned();
    let previous = tx.query_one(&previous).await?.ok_or_else(Problem::not_found)?;
    Ok(Some(Next {
        hook: Hook::read(admin, tx, id).await?,
        previous_until: previous.try_get("", "previous_until")?,
        delivery: row.try_get("", "id")?,
        audit_id: row.try_get("", "audit_id")?,
        attempts: row.try_get("", "attempts")?,
    }))
}

async fn leave(tx: &DatabaseTransaction, id: &str) -> Result<(), Problem> {
    release(tx, Cond::all().add(Expr::col("id").eq(id))).await
}

async fn release(tx: &DatabaseTransaction, which: Condition) -> Result<(), Problem> {
    let mut update = Query::update();
    update.table(WEB_HOOKS.table).value("lease_owner", None::<String>).value("lease_until", None::<i64>).cond_where(which);
    tx.execute(&update).await?;
    Ok(())
}

/// Whether the lease is still this process's own.
async fn held(tx: &DatabaseTransaction, hooks: &Hooks, id: &str) -> Result<bool, Problem> {
    // A write, not a read: from here to the end of the transaction nobody else takes it.
    let mut touch = Query::update();
    touch.table(WEB_HOOKS.table).value("lease_owner", hooks.owner.as_str());
    touch.and_where(Expr::col("id").eq(id)).and_where(Expr::col("lease_owner").eq(hooks.owner.as_str()));
    Ok(tx.execute(&touch).await?.rows_affected() > 0)
}

async fn send(admin: &Admin, hooks: &Hooks, next: &Next) -> Result<Outcome, Problem> {
    let message = Event::read(admin, &next.audit_id).await?.message(admin, &hooks.zone, &next.hook, &next.delivery);
    Ok(hooks.send(admin, &next.hook, next.previous_until, &message).await)
}

/// Writes down what came of an attempt, and what follows from it; what the delivery is now.
async fn note(admin: &Admin, tx: &DatabaseTransaction, next: &Next, outcome: Outcome, took_ms: i64) -> Result<&'static str, Problem> {
    let (now, number) = (admin.now(), next.attempts + 1);
    let error = outcome.fault.map(Fault::name);
    let status = outcome.status.map(i64::from);
    let last = || vec![("status", status.into()), ("code", outcome.code.into()), ("ms", took_ms.into()), ("error", error.into())];
    let attempt = [("delivery_id", next.delivery.clone().into()), ("number", number.into())].into_iter().chain(last()).collect();
    tx.execute(&row::insert(ATTEMPTS.table, &admin.new_id(), now, attempt)).await?;
    let state = match outcome.fault {
        None => SENT,
        Some(Fault::Unwanted) => REFUSED,
        Some(_) => WAITING,
    };
    let mut delivery = Query::update();
    delivery.table(DELIVERIES.table).value("attempts", number).value("state", state).value("updated_at", now.as_millis());
    delivery.value("done_at", (state != WAITING).then(|| now.as_millis()));
    for (column, value) in last() {
        delivery.value(column, Expr::val(value));
    }
    tx.execute(delivery.and_where(Expr::col("id").eq(next.delivery.as_str()))).await?;

    let failures = if state == WAITING { Expr::col("failures").add(1) } else { Expr::val(0) };
    let wait_ms = (state == WAITING).then(|| Ord::max(wait_ms(admin.random(), number), outcome.wait_ms.unwrap_or_default()));
    let mut hook = Query::update();
    hook.table(WEB_HOOKS.table).value("last_at", now.as_millis()).value("failures", failures);
    hook.value("state", if state == WAITING { "failing" } else { "ok" });
    hook.value("next_at", wait_ms.map(|ms| now.plus(ms).as_millis()));
    tx.execute(hook.and_where(Expr::col("id").eq(next.hook.id.as_str()))).await?;
    match outcome.fault {
        Some(Fault::Gone) => switch_off(admin, tx, &next.hook, "gone").await?,
        Some(_) if state == WAITING && number > WAITS_S.len() as i64 => switch_off(admin, tx, &next.hook, "silent").await?,
        _ => {}
    }
    Ok(state)
}

/// As the server itself would: the audit log says why.
async fn switch_off(admin: &Admin, tx: &DatabaseTransaction, hook: &Hook, state: &str) -> Result<(), Problem> {
    tracing::warn!("the web hook {} is switched off: {state}", hook.name);
    let changes = record(json!({ "enabled": false, "state": state, "next_at": null }));
    write::set(admin, &Caller::server(admin.now()), tx, &WEB_HOOKS, &hook.id, changes, DataScope::All).await?;
    Ok(())
}

/// How long until the next attempt: by the table, a fifth more or less, so that not all come back at once.
fn wait_ms(random: &dyn Random, attempts: i64) -> i64 {
    let place = usize::try_from(attempts - 1).unwrap_or_default().min(WAITS_S.len() - 1);
    let mut byte = [0];
    random.fill(&mut byte);
    let [byte] = byte;
    WAITS_S.get(place).copied().unwrap_or_default() * (800 + i64::from(byte) * 400 / 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Always(u8);

    impl Random for Always {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn eight_attempts_take_about_a_day_and_never_come_at_the_same_time() {
        let all = |byte| (1..=7).map(|n| wait_ms(&Always(byte), n)).sum::<i64>() as f64 / 3_600_000.0;
        assert!((18.0..18.2).contains(&all(0)) && (27.0..27.2).contains(&all(255)), "{} {}", all(0), all(255));
        assert_eq!((wait_ms(&Always(0), 1), wait_ms(&Always(255), 1)), (4_000, 6_000));
        assert!((2..=7).all(|n| wait_ms(&Always(0), n) > wait_ms(&Always(255), n - 1)), "each wait is longer than the one before");
    }
}
