//! The data dictionary (数据字典): titles and their options, ordered; an option is disabled, never deleted while used.

use async_trait::async_trait;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::Admin;
use crate::problem::Problem;
use crate::resource::write::{Plain, Rules, Write};
use crate::resource::{Features, Field, Kind, Menu, Resource, Scope};
use crate::words::Words;

/// Dictionaries.
pub static DICTIONARIES: Resource = Resource {
    name: "dictionaries",
    path: "dictionaries",
    table: "dictionaries",
    title: Words::new("Dictionaries", "数据字典"),
    menu: Menu::Settings,
    fields: &[
        Field::text("code", "Code", "编码").required().fixed().unique().max(64).found(),
        Field::text("name", "Name", "名称").required().max(64).found(),
        Field::text("description", "Description", "说明"),
        Field::enabled(),
    ],
    features: Features::ALL.import("code"),
    label: "name",
    sort: "code",
    scope: Scope::Everyone,
    rules: &Plain,
};

/// Their options.
pub static OPTIONS: Resource = Resource {
    name: "dictionary_options",
    path: "dictionary-options",
    table: "dictionary_options",
    title: Words::new("Options", "字典选项"),
    menu: Menu::Settings,
    fields: &[
        Field::reference("dictionary_id", "dictionaries", "Dictionary", "字典").required().fixed(),
        Field::text("value", "Value", "值").required().fixed().max(64).found(),
        Field::text("title_zh", "Chinese", "中文").required().max(64).found(),
        Field::text("title_en", "English", "英文").required().max(64).found(),
        Field::number("position", 0, 1_000_000, "Position", "顺序").default("0").sort(),
        Field::enabled(),
    ],
    features: Features::ALL.by_rights_of("dictionaries"),
    label: "title_zh",
    sort: "position",
    scope: Scope::Everyone,
    rules: &OptionRules,
};

/// Every field that takes its values from a dictionary: table, column, dictionary.
fn uses(admin: &Admin) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    admin.resources().flat_map(|r| {
        r.fields.iter().filter_map(|f| match f.kind {
            Kind::Dictionary(code) => Some((r.table, f.name, code)),
            _ => None,
        })
    })
}

struct OptionRules;

#[async_trait]
impl Rules for OptionRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        let same = Query::select()
            .column("id")
            .from("dictionary_options")
            .and_where(Expr::col("dictionary_id").eq(write.text("dictionary_id").unwrap_or_default()))
            .and_where(Expr::col("value").eq(write.text("value").unwrap_or_default()))
            .and_where(Expr::col("id").ne(write.id))
            .to_owned();
        if write.tx.query_one(&same).await?.is_some() {
            write.refuse("value", "the dictionary has it already", "该字典中已有此值");
        }
        Ok(())
    }

    async fn removing(&self, write: &Write<'_>) -> Result<(), Problem> {
        let before = |name: &str| write.before.as_ref().and_then(|r| r.get(name)).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let select = Query::select().column("code").from("dictionaries").and_where(Expr::col("id").eq(before("dictionary_id"))).to_owned();
        let code: String = match write.tx.query_one(&select).await? {
            Some(row) => row.try_get("", "code")?,
            None => return Ok(()),
        };
        for (table, column, _) in uses(write.admin).filter(|(_, _, dictionary)| *dictionary == code) {
            let used = Query::select().column("id").from(table).and_where(Expr::col(column).eq(before("value"))).limit(1).to_owned();
            if write.tx.query_one(&used).await?.is_some() {
                return Err(Problem::in_use());
            }
        }
        Ok(())
    }
}
