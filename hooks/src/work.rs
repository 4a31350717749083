//! The work itself, over and over: what the outbox holds is handed out, and each hook that has something to send has its turn.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use callboard_admin::Admin;
use callboard_admin::problem::Problem;
use callboard_admin::words::Lang;
use callboard_domain::time::DAY_MS;
use futures::StreamExt;
use futures::future::{BoxFuture, try_join_all};
use futures::stream::FuturesUnordered;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use tokio::time::{MissedTickBehavior, interval};

use crate::deliveries::DELIVERIES;
use crate::turn::{due, turn};
use crate::{Hooks, outbox};

/// How often it is looked whether there is something to send.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often old deliveries are swept away.
const SWEEP_EVERY: Duration = Duration::from_secs(3_600);
/// Hooks that are sent for at once.
const MOST_AT_ONCE: usize = 16;
/// Days that deliveries are kept.
const KEEP_DAYS: i64 = 30;

/// What came to its end.
enum Done {
    Looked(Vec<String>),
    Turned(String),
    Swept,
}

/// Works until it is dropped; what was being sent then is sent again by whoever comes next.
pub async fn run(admin: Arc<Admin>) {
    let Some(hooks) = admin.given::<Hooks>() else { return };
    let (mut look, mut sweeping) = (interval(LOOK_EVERY), interval(SWEEP_EVERY));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut busy, mut looking) = (HashSet::new(), false);
    // Everything is polled from here, all the time: whoever holds the store's lock and is not polled would stop all others.
    let mut working: FuturesUnordered<BoxFuture<'_, Done>> = FuturesUnordered::new();
    loop {
        tokio::select! {
            _ = look.tick(), if !looking => {
                looking = true;
                working.push(Box::pin(looked(&admin)));
            }
            _ = sweeping.tick() => working.push(Box::pin(swept(&admin))),
            Some(done) = working.next() => match done {
                Done::Looked(found) => {
                    looking = false;
                    for id in found {
                        if busy.len() < MOST_AT_ONCE && busy.insert(id.clone()) {
                            working.push(Box::pin(turned(&admin, &hooks, id)));
                        }
                    }
                }
                Done::Turned(id) => drop(busy.remove(&id)),
                Done::Swept => {}
            },
        }
    }
}

async fn looked(admin: &Admin) -> Done {
    let found = async {
        outbox::spread(admin).await?;
        due(admin).await
    };
    Done::Looked(told("look for what web hooks have to send", found.await).unwrap_or_default())
}

async fn turned(admin: &Admin, hooks: &Hooks, id: String) -> Done {
    told("send for a web hook", turn(admin, hooks, &id).await);
    Done::Turned(id)
}

async fn swept(admin: &Admin) -> Done {
    told("sweep old deliveries of web hooks away", sweep(admin).await);
    Done::Swept
}

/// The log says what did not work; the next look tries again.
fn told<T>(what: &str, result: Result<T, Problem>) -> Option<T> {
    result.inspect_err(|problem| tracing::warn!("could not {what}: {}", problem.detail().get(Lang::En))).ok()
}

/// Sends all that can be sent now, and returns.
///
/// # Errors
/// When the store fails.
pub async fn round(admin: &Admin, hooks: &Hooks) -> Result<(), Problem> {
    loop {
        outbox::spread(admin).await?;
        let due = due(admin).await?;
        if due.is_empty() {
            return Ok(());
        }
        try_join_all(due.iter().map(|id| turn(admin, hooks, id))).await?;
    }
}

/// Sweeps deliveries away that are older than 30 days, and their attempts with them.
///
/// # Errors
/// When the store fails.
pub async fn sweep(admin: &Admin) -> Result<u64, Problem> {
    let before = admin.now().plus(-KEEP_DAYS * DAY_MS).as_millis();
    let old = Query::delete().from_table(DELIVERIES.table).and_where(Expr::col("created_at").lt(before)).to_owned();
    let tx = admin.begin().await?;
    let swept = tx.execute(&old).await?.rows_affected();
    tx.commit().await?;
    Ok(swept)
}
