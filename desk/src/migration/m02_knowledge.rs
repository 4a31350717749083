//! The knowledge base: its tree, articles with every version, attachments, and the words that they are found by.

use async_trait::async_trait;
use callboard_admin::store::table::{Refers, flag, index, number, number_null, table, text, text_null, unique};
use sea_orm::DbErr;
use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, IndexCreateStatement, Table, TableCreateStatement};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m02_knowledge"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::make(manager, tables(), indexes()).await
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("knowledge_nodes", vec![text("name"), text_null("parent_id"), number("position"), flag("enabled")])
            .refers("parent_id", "knowledge_nodes"),
        table(
            "articles",
            vec![
                text("title"),
                text("node_id"),
                text_null("tags"),
                text("body"),
                text("state"),
                number("revision"),
                number("used"),
                number("length"),
                number_null("published_at"),
                text_null("author_id"),
            ],
        )
        .refers("node_id", "knowledge_nodes"),
        table("article_versions", vec![text("article_id"), number("revision"), text("title"), text("body"), text("state"), text("author")])
            .belongs("article_id", "articles"),
        table("article_uses", vec![text("article_id"), text_null("user_id"), text_null("call_id")]).belongs("article_id", "articles"),
        table(
            "attachments",
            vec![
                text("article_id"),
                text("name"),
                text("media_type"),
                number("size"),
                text("sha256"),
                ColumnDef::new("content").blob().not_null().to_owned(),
            ],
        )
        .belongs("article_id", "articles"),
        Table::create()
            .table("article_terms")
            .col(text("term"))
            .col(ColumnDef::new("article_id").string_len(40).not_null())
            .col(number("weight"))
            .primary_key(Index::create().col("term").col("article_id"))
            .foreign_key(ForeignKey::create().from_col("article_id").to("articles", "id").on_delete(ForeignKeyAction::Cascade))
            .to_owned(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("articles", &["node_id"]),
        index("articles", &["updated_at", "id"]),
        unique("article_versions", &["article_id", "revision"]),
        index("article_terms", &["article_id"]),
        index("article_uses", &["article_id", "created_at"]),
        index("attachments", &["article_id"]),
    ]
}
