//! From the outbox to deliveries: each event once to each hook that listens to it, in the order in which the store took them.
//!
//! A position in the audit log would not do: two transactions that write at once are seen in another order than their rows have.

use callboard_admin::Admin;
use callboard_admin::problem::Problem;
use callboard_admin::store::row;
use sea_orm::sea_query::{Expr, ExprTrait, LockType, Order, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::deliveries::{DELIVERIES, WAITING};
use crate::event::{heard, kind};
use crate::hook::WEB_HOOKS;

/// Events of one transaction.
const MOST: u64 = 200;

/// Who listens to what.
struct Listener {
    id: String,
    events: Vec<String>,
}

/// An event that somebody may listen to.
struct Told {
    seq: i64,
    audit_id: String,
    resource: String,
    action: String,
    target: Option<String>,
}

/// Hands out everything that lies in the outbox; how many deliveries came of it.
pub(crate) async fn spread(admin: &Admin) -> Result<usize, Problem> {
    let mut made = 0;
    // One look without a lock: most of the time there is nothing.
    while admin.db().query_one(&Query::select().column("seq").from("web_hook_outbox").limit(1).to_owned()).await?.is_some() {
        made += some(admin).await?;
    }
    Ok(made)
}

async fn some(admin: &Admin) -> Result<usize, Problem> {
    let tx = admin.begin().await?;
    // Another node waits here until these are gone.
    let mut next = Query::select();
    next.column("seq").from("web_hook_outbox").order_by("seq", Order::Asc).limit(MOST).lock(LockType::Update);
    let noted = tx.query_all(&next).await?.iter().map(|row| row.try_get("", "seq")).collect::<Result<Vec<i64>, _>>()?;
    let listeners = listeners(&tx).await?;
    let mut rows = Vec::new();
    for told in told(&tx, &noted).await? {
        for listener in listeners.iter().filter(|listener| heard(&listener.events, &told.resource, &told.action)) {
            rows.push(row::full(&admin.new_id(), admin.now(), delivery(listener, &told)));
        }
    }
    let made = rows.len();
    for insert in row::insert_all(DELIVERIES.table, rows) {
        tx.execute(&insert).await?;
    }
    tx.execute(Query::delete().from_table("web_hook_outbox").and_where(Expr::col("seq").is_in(noted))).await?;
    tx.commit().await?;
    Ok(made)
}

fn delivery(listener: &Listener, told: &Told) -> row::Columns {
    vec![
        ("hook_id", listener.id.clone().into()),
        ("audit_id", told.audit_id.clone().into()),
        ("seq", told.seq.into()),
        ("event", kind(&told.resource, &told.action).into()),
        ("target", told.target.clone().into()),
        ("state", WAITING.into()),
        ("attempts", 0_i64.into()),
    ]
}

async fn listeners(tx: &DatabaseTransaction) -> Result<Vec<Listener>, Problem> {
    let select = Query::select().columns(["id", "events"]).from(WEB_HOOKS.table).and_where(Expr::col("enabled").eq(true)).to_owned();
    let mut listeners = Vec::new();
    for row in tx.query_all(&select).await? {
        let events = serde_json::from_str(&row.try_get::<String>("", "events")?).unwrap_or_default();
        listeners.push(Listener { id: row.try_get("", "id")?, events });
    }
    Ok(listeners)
}

/// What the audit log says of them, in their order.
async fn told(tx: &DatabaseTransaction, noted: &[i64]) -> Result<Vec<Told>, Problem> {
    let mut select = Query::select();
    select.column(("web_hook_outbox", "seq")).columns([("audit", "id"), ("audit", "resource"), ("audit", "action"), ("audit", "target")]);
    select.from("web_hook_outbox").inner_join("audit", Expr::col(("audit", "id")).equals(("web_hook_outbox", "audit_id")));
    select.and_where(Expr::col(("web_hook_outbox", "seq")).is_in(noted.iter().copied()));
    select.order_by(("web_hook_outbox", "seq"), Order::Asc);
    let mut found = Vec::new();
    for row in tx.query_all(&select).await? {
        found.push(Told {
            seq: row.try_get("", "seq")?,
            audit_id: row.try_get("", "id")?,
            resource: row.try_get("", "resource")?,
            action: row.try_get("", "action")?,
            target: row.try_get("", "target")?,
        });
    }
    Ok(found)
}
