//! Bulletins, pictures, targets of queues, hours and holidays.

use async_trait::async_trait;
use callboard_admin::store::table::{Refers, flag, index, number, number_null, pairs, table, text, text_null, unique};
use sea_orm::DbErr;
use sea_orm::sea_query::{ColumnDef, Index, IndexCreateStatement, Table, TableCreateStatement};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m03_service"
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
        table(
            "bulletins",
            vec![
                text("title"),
                text("body"),
                text("level"),
                number("from_at"),
                number_null("until_at"),
                flag("on_wall"),
                flag("enabled"),
                text_null("author_id"),
            ],
        ),
        pairs("bulletin_groups", ("bulletin_id", "bulletins"), ("group_id", "user_groups")),
        Table::create()
            .table("bulletin_reads")
            .col(ColumnDef::new("bulletin_id").string_len(40).not_null())
            .col(ColumnDef::new("user_id").string_len(40).not_null())
            .col(number("at"))
            .primary_key(Index::create().col("bulletin_id").col("user_id"))
            .to_owned()
            .belongs("bulletin_id", "bulletins")
            .belongs("user_id", "users"),
        table("images", vec![text("name"), text("media_type"), ColumnDef::new("content").blob().not_null().to_owned()]),
        table(
            "queue_targets",
            vec![text("skill_group_id"), number("from_at"), number("target_s"), number("short_limit_s"), text("variant"), text_null("note")],
        )
        .refers("skill_group_id", "skill_groups"),
        table("business_hours", vec![text("name"), text("zone"), text("week"), text_null("note"), flag("enabled")]),
        table("holidays", vec![text("day"), text("name"), text("kind"), text_null("hours")]),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("bulletins", &["from_at", "id"]),
        index("bulletin_groups", &["group_id"]),
        unique("images", &["name"]),
        unique("queue_targets", &["skill_group_id", "from_at"]),
        unique("business_hours", &["name"]),
        unique("holidays", &["day"]),
    ]
}
