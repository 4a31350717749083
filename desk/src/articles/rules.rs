//! Rules of articles: no HTML, every text kept as a version, words written for the search, drafts hidden from readers.

use async_trait::async_trait;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, IntoCondition, Query, Value as Sql};
use serde_json::Value;

use super::{ARTICLES, markdown, words};
use callboard_admin::identity::Caller;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write::{Rules, Write};
use callboard_admin::store::row;

/// What a word of the title weighs beside one of the text.
const TITLE: i64 = 5;
/// Terms of one statement.
const CHUNK: usize = 200;

pub(super) struct ArticleRules;

#[async_trait]
impl Rules for ArticleRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        write.author("author_id");
        if let Err(error) = markdown::accept("body", write.text("body").unwrap_or_default()) {
            write.errors.push(error);
        }
        if write.changes("title") || write.changes("body") || write.changes("state") {
            let revision = write.after.get("revision").and_then(Value::as_i64).unwrap_or_default() + 1;
            write.after.insert("revision".into(), revision.into());
        }
        if write.changes("body") || write.changes("title") {
            write.extra.push(("length", Sql::BigInt(i64::try_from(write.text("body").unwrap_or_default().chars().count()).ok())));
        }
        Ok(())
    }

    async fn wrote(&self, write: &Write<'_>) -> Result<(), Problem> {
        if write.changes("revision") {
            version(write).await?;
        }
        if write.changes("title") || write.changes("body") {
            index(write).await?;
        }
        Ok(())
    }

    fn visible(&self, caller: &Caller) -> Option<Condition> {
        let writes = caller.may(&ARTICLES.right("write")).is_some();
        (!writes).then(|| Expr::col(("articles", "state")).eq("published").into_condition())
    }
}

async fn version(write: &Write<'_>) -> Result<(), Problem> {
    let text = |name: &str| write.text(name).unwrap_or_default().to_owned();
    let values = vec![
        ("article_id", write.id.into()),
        ("revision", write.after.get("revision").and_then(Value::as_i64).into()),
        ("title", text("title").into()),
        ("body", text("body").into()),
        ("state", text("state").into()),
        ("author", write.caller.name.as_str().into()),
    ];
    write.tx.execute(&row::insert("article_versions", &write.admin.new_id(), write.admin.now(), values)).await?;
    Ok(())
}

/// Writes an article's terms anew. Cutting a long text takes tens of milliseconds: not on the threads that serve.
async fn index(write: &Write<'_>) -> Result<(), Problem> {
    let (title, body) = (write.text("title").unwrap_or_default().to_owned(), write.text("body").unwrap_or_default().to_owned());
    let cut = tokio::task::spawn_blocking(move || {
        let mut all = words::terms(&markdown::plain(&body));
        for (term, weight) in words::terms(&title) {
            *all.entry(term).or_default() += weight * TITLE;
        }
        all
    });
    let all: Vec<(String, i64)> = cut.await.map_err(|_| Problem::internal())?.into_iter().collect();
    write.tx.execute(Query::delete().from_table("article_terms").and_where(Expr::col("article_id").eq(write.id))).await?;
    for part in all.chunks(CHUNK) {
        let mut insert = Query::insert();
        insert.into_table("article_terms").columns(["term", "article_id", "weight"]);
        for (term, weight) in part {
            insert.values_panic([Expr::val(term), Expr::val(write.id), Expr::val(*weight)]);
        }
        write.tx.execute(&insert).await?;
    }
    Ok(())
}
