//! How often entries decided about a call: counted in memory, written beside the answers, one write at a time.
//!
//! While a write is under way further hits gather for the next; so many calls at once cost few writes. A server that is
//! killed loses what it has not written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use callboard_admin::Admin;
use callboard_admin::problem::Problem;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

/// Hits that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Hits(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    /// Of each entry, how many and when the last was, in ms.
    counts: HashMap<String, (i64, i64)>,
    writing: bool,
}

impl Hits {
    /// One more of this entry, now.
    pub(super) fn count(self: &Arc<Self>, admin: &Arc<Admin>, id: &str) {
        let begins = {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.add(id.to_owned(), (1, admin.now().as_millis()));
            !std::mem::replace(&mut waiting.writing, true)
        };
        if begins {
            let (hits, admin) = (Arc::clone(self), Arc::clone(admin));
            let spawn = Arc::clone(admin.spawn());
            spawn(Box::pin(async move { hits.write(&admin).await }));
        }
    }

    async fn write(&self, admin: &Admin) {
        while let Some(counts) = self.take() {
            if let Err(problem) = keep(admin, &counts).await {
                tracing::warn!("hits of {} list entries wait for the next: {}", counts.len(), problem.detail().en);
                let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                counts.into_iter().for_each(|(id, count)| waiting.add(id, count));
                waiting.writing = false;
                return;
            }
        }
    }

    /// What is to be written; nothing ends the writing.
    fn take(&self) -> Option<HashMap<String, (i64, i64)>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.writing = !waiting.counts.is_empty();
        waiting.writing.then(|| std::mem::take(&mut waiting.counts))
    }
}

impl Waiting {
    fn add(&mut self, id: String, (many, last): (i64, i64)) {
        let count = self.counts.entry(id).or_default();
        *count = (count.0 + many, Ord::max(count.1, last));
    }
}

/// Versions stay: a hit is no change that an editor must see first.
async fn keep(admin: &Admin, counts: &HashMap<String, (i64, i64)>) -> Result<(), Problem> {
    let tx = admin.begin().await?;
    for (id, (many, last)) in counts {
        let update = Query::update()
            .table("lists")
            .value("hits", Expr::col("hits").add(*many))
            .value("last_hit_at", *last)
            .and_where(Expr::col("id").eq(id))
            .to_owned();
        tx.execute(&update).await?;
    }
    Ok(tx.commit().await?)
}
