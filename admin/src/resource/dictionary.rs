//! Options of dictionaries as fields use them: which there are, what they are called, which one a cell means.

use std::collections::{BTreeSet, HashMap};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Query, SelectStatement};

use crate::problem::Problem;
use crate::words::Lang;

const TABLE: &str = "dictionary_options";

/// Options of the dictionary of this code that are so.
fn options(code: &str, only: Condition) -> SelectStatement {
    Query::select()
        .column((TABLE, "value"))
        .column((TABLE, "title_zh"))
        .column((TABLE, "title_en"))
        .from(TABLE)
        .inner_join("dictionaries", Expr::col(("dictionaries", "id")).equals((TABLE, "dictionary_id")))
        .and_where(Expr::col(("dictionaries", "code")).eq(code))
        .cond_where(only)
        .to_owned()
}

/// Whether an option may be chosen.
///
/// # Errors
/// When the store fails.
pub(super) async fn offers(db: &impl ConnectionTrait, code: &str, value: &str) -> Result<bool, Problem> {
    let only = Cond::all().add(Expr::col((TABLE, "value")).eq(value)).add(Expr::col((TABLE, "enabled")).eq(true));
    Ok(db.query_one(&options(code, only)).await?.is_some())
}

/// What options are called, by value; those that may no longer be chosen too.
///
/// # Errors
/// When the store fails.
pub(super) async fn titles(db: &impl ConnectionTrait, code: &str, values: BTreeSet<String>, lang: Lang) -> Result<HashMap<String, String>, Problem> {
    if values.is_empty() {
        return Ok(HashMap::new());
    }
    let title = match lang {
        Lang::Zh => "title_zh",
        Lang::En => "title_en",
    };
    let found = db.query_all(&options(code, Cond::all().add(Expr::col((TABLE, "value")).is_in(values)))).await?;
    Ok(found.iter().map(|row| Ok((row.try_get("", "value")?, row.try_get("", title)?))).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// The value of the one option that a cell means, by its value or by its title in either language.
///
/// # Errors
/// When the store fails.
pub async fn meant(db: &impl ConnectionTrait, code: &str, cell: &str) -> Result<Option<String>, Problem> {
    let named = ["value", "title_zh", "title_en"].iter().fold(Cond::any(), |any, column| any.add(Expr::col((TABLE, *column)).eq(cell)));
    let values: Vec<String> =
        db.query_all(&options(code, named)).await?.iter().map(|row| row.try_get("", "value")).collect::<Result<_, sea_orm::DbErr>>()?;
    // A value counts before a title that is spelled alike.
    let exact = values.iter().find(|v| *v == cell).cloned();
    Ok(exact.or_else(|| <[String; 1]>::try_from(values).ok().map(|[one]| one)))
}
