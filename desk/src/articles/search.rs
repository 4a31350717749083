//! `GET /api/v1/articles/search`: articles by their words, the best first, with the places that fit.
//!
//! An inverted index in a table of its own, the same on both stores; the rank is BM25 over it. Snippets are data: parts
//! with a mark on those that fit, no HTML.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Func, Query};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ARTICLES, markdown, words};
use callboard_admin::Admin;
use callboard_admin::http::{Routes, body::Asked};
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::{scope, tree};

const USUAL: usize = 20;
const MOST: usize = 50;
/// The longest question, in characters.
const LONGEST: usize = 200;
/// The most terms of a question.
const MOST_TERMS: usize = 60;
/// BM25: how soon more of a term says no more, and how much long texts are held back.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.5;
/// Characters of a snippet before its first place, and in all.
const LEAD: usize = 20;
const SNIPPET: usize = 120;

pub(super) fn routes(routes: &mut Routes) {
    routes.get("/articles/search", Need::Right(ARTICLES.right("read")), "Find articles by words", search);
}

#[derive(Debug, Deserialize)]
struct Question {
    q: String,
    node_id: Option<String>,
    limit: Option<usize>,
}

/// A part of a snippet.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Part {
    text: String,
    hit: bool,
}

/// One part of a question, between blanks: its terms, one of which an article must have.
struct Wanted {
    terms: Vec<(String, i64)>,
}

async fn search(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Asked(question): Asked<Question>,
) -> Result<Json<Value>, Problem> {
    let data = caller.need(&ARTICLES.right("read"))?;
    if question.q.chars().count() > LONGEST {
        return Err(Problem::field("q", "long", format!("may have at most {LONGEST} characters"), format!("最多 {LONGEST} 个字符")));
    }
    let q = question.q.clone();
    let cut = tokio::task::spawn_blocking(move || q.split_whitespace().map(wanted).collect::<Vec<_>>());
    let wanted: Vec<Wanted> = cut.await.map_err(|_| Problem::internal())?.into_iter().filter(|w| !w.terms.is_empty()).collect();
    let mut allowed = Cond::all();
    if let Some(own) = scope::visible(&ARTICLES, &caller, data) {
        allowed = allowed.add(own);
    }
    if let Some(node) = question.node_id {
        let below = tree::below(admin.db(), "knowledge_nodes", vec![node]).await?;
        allowed = allowed.add(Expr::col(("articles", "node_id")).is_in(below));
    }
    let best = rank(admin.db(), &wanted, allowed, question.limit.unwrap_or(USUAL).clamp(1, MOST)).await?;
    let marks: Vec<String> = wanted.iter().flat_map(|w| w.terms.iter()).map(|(term, _)| term.clone()).collect();
    Ok(Json(json!({ "items": shown(admin.db(), &best, &marks).await? })))
}

fn wanted(part: &str) -> Wanted {
    Wanted { terms: words::terms(part).into_iter().take(MOST_TERMS).collect() }
}

/// The best articles with their scores.
async fn rank(db: &impl ConnectionTrait, wanted: &[Wanted], allowed: Cond, limit: usize) -> Result<Vec<(String, f64)>, Problem> {
    let terms: Vec<&str> = wanted.iter().flat_map(|w| w.terms.iter()).map(|(term, _)| term.as_str()).take(MOST_TERMS).collect();
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let about = Query::select()
        .expr_as(Func::count(Expr::col("id")), "n")
        .expr_as(Func::coalesce([Expr::expr(Func::sum(Expr::col("length"))).cast_as("bigint"), Expr::val(0_i64)]), "letters")
        .from("articles")
        .to_owned();
    let (count, letters) = match db.query_one(&about).await? {
        Some(row) => (row.try_get::<i64>("", "n")?, row.try_get::<i64>("", "letters")?),
        None => return Ok(Vec::new()),
    };
    let (count, average) = (number(count).max(1.0), (number(letters) / number(count).max(1.0)).max(1.0));
    let select = Query::select()
        .column(("article_terms", "term"))
        .column(("article_terms", "article_id"))
        .column(("article_terms", "weight"))
        .column(("articles", "length"))
        .from("article_terms")
        .inner_join("articles", Expr::col(("articles", "id")).equals(("article_terms", "article_id")))
        .and_where(Expr::col(("article_terms", "term")).is_in(terms))
        .cond_where(allowed)
        .to_owned();
    let mut postings: HashMap<String, Vec<(String, f64, f64)>> = HashMap::new();
    for row in db.query_all(&select).await? {
        let posting = (row.try_get("", "article_id")?, number(row.try_get("", "weight")?), number(row.try_get("", "length")?));
        postings.entry(row.try_get("", "term")?).or_default().push(posting);
    }
    let mut scores: HashMap<&str, (f64, usize)> = HashMap::new();
    for part in wanted {
        let mut own: HashMap<&str, f64> = HashMap::new();
        for (term, weight) in &part.terms {
            let found = postings.get(term).map(Vec::as_slice).unwrap_or_default();
            let rarity = ((count - number_of(found.len()) + 0.5) / (number_of(found.len()) + 0.5)).ln_1p() * number(*weight);
            for (article, weight, length) in found {
                let much = weight * (SATURATION + 1.0) / (weight + SATURATION * (1.0 - LENGTH + LENGTH * length / average));
                *own.entry(article).or_default() += rarity * much;
            }
        }
        for (article, score) in own {
            let entry = scores.entry(article).or_default();
            *entry = (entry.0 + score, entry.1 + 1);
        }
    }
    let mut best: Vec<(String, f64)> =
        scores.into_iter().filter(|(_, (_, parts))| *parts == wanted.len()).map(|(id, (score, _))| (id.to_owned(), score)).collect();
    best.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    best.truncate(limit);
    Ok(best)
}

/// Counts are far below where this would round.
#[expect(clippy::cast_precision_loss, reason = "counts of articles and letters")]
const fn number(n: i64) -> f64 {
    n as f64
}

fn number_of(n: usize) -> f64 {
    number(i64::try_from(n).unwrap_or(i64::MAX))
}

async fn shown(db: &impl ConnectionTrait, best: &[(String, f64)], marks: &[String]) -> Result<Vec<Value>, Problem> {
    let select = Query::select()
        .columns(["id", "title", "body", "state", "node_id", "used"])
        .from("articles")
        .and_where(Expr::col("id").is_in(best.iter().map(|(id, _)| id.as_str())))
        .to_owned();
    let mut rows: HashMap<String, Value> = HashMap::new();
    for row in if best.is_empty() { Vec::new() } else { db.query_all(&select).await? } {
        let text = |name: &str| row.try_get::<String>("", name);
        let (id, title) = (text("id")?, text("title")?);
        let snippet = snippet(&markdown::plain(&text("body")?).replace('\n', " "), marks);
        let heading = parts(&title, marks);
        rows.insert(
            id.clone(),
            json!({
                "id": id, "title": title, "title_parts": heading, "snippet": snippet, "state": text("state")?, "node_id": text("node_id")?,
                "used": row.try_get::<i64>("", "used")?,
            }),
        );
    }
    let score = |(id, score): &(String, f64)| {
        let mut row = rows.get(id).cloned()?;
        row.as_object_mut()?.insert("score".into(), json!((score * 1000.0).round() / 1000.0));
        Some(row)
    };
    Ok(best.iter().filter_map(score).collect())
}

/// The stretch of a text around the first place that fits.
fn snippet(text: &str, marks: &[String]) -> Vec<Part> {
    let first = words::places(text, marks).first().map_or(0, |(start, _)| *start);
    let before = text.get(..first).unwrap_or_default();
    let start = before.char_indices().rev().nth(LEAD.saturating_sub(1)).map_or(0, |(at, _)| at);
    let stretch: String = text.get(start..).unwrap_or_default().chars().take(SNIPPET).collect();
    parts(&stretch, marks)
}

fn parts(text: &str, marks: &[String]) -> Vec<Part> {
    let (mut parts, mut done) = (Vec::new(), 0);
    let mut push = |range: Option<&str>, hit: bool| {
        if let Some(text) = range.filter(|t| !t.is_empty()) {
            parts.push(Part { text: text.to_owned(), hit });
        }
    };
    for (start, end) in words::places(text, marks) {
        push(text.get(done..start), false);
        push(text.get(start..end), true);
        done = end;
    }
    push(text.get(done..), false);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_shows_the_place_and_marks_it() {
        let text = format!("{}退货须在七天内办理", "前".repeat(100));
        let parts = snippet(&text, &["退货".into()]);
        assert_eq!(parts.first().unwrap().text, "前".repeat(20));
        assert_eq!(parts.get(1).unwrap(), &Part { text: "退货".into(), hit: true });
    }
}
