//! Customers, what is found of them, and what is done with them.

use async_trait::async_trait;
use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table, TableCreateStatement};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

use callboard_admin::store::table::{Refers, flag, index, number, number_null, table, text, text_null, unique};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m01_customers"
    }
}

/// What a customer is found by: words, tags, numbers forwards and backwards, own fields.
fn terms() -> TableCreateStatement {
    Table::create()
        .table("customer_terms")
        .col(text("kind"))
        .col(text("value"))
        .col(number_null("number"))
        .col(ColumnDef::new("customer_id").string_len(40).not_null())
        .foreign_key(ForeignKey::create().from_col("customer_id").to("customers", "id").on_delete(ForeignKeyAction::Cascade))
        .to_owned()
}

/// Each number is one customer's.
fn numbers() -> TableCreateStatement {
    Table::create()
        .table("customer_numbers")
        .col(text("number"))
        .col(ColumnDef::new("customer_id").string_len(40).not_null())
        .primary_key(Index::create().col("number"))
        .foreign_key(ForeignKey::create().from_col("customer_id").to("customers", "id").on_delete(ForeignKeyAction::Cascade))
        .to_owned()
}

fn tables() -> Vec<TableCreateStatement> {
    let customers = [text("name"), text_null("level"), text_null("company"), text_null("phones"), text_null("email"), text_null("address")];
    let more = [text_null("tags"), text_null("owner_id"), text_null("remark"), text_null("own")];
    let definitions =
        [text("name"), text("kind"), text("title_zh"), text("title_en"), text_null("dictionary_id"), flag("required"), number("position")];
    let transfers = [text("customer_id"), text("action"), text_null("from_id"), text_null("to_id"), text_null("reason"), text_null("user_id")];
    let follow_ups = [text("customer_id"), text("kind"), text("content"), number_null("next_at"), text_null("call_id"), text_null("user_id")];
    let appointments =
        [text("customer_id"), text("subject"), number("at"), text("state"), number_null("done_at"), text_null("note"), text_null("user_id")];
    let chances = [text("name"), text("customer_id"), text("stage"), text("state"), number_null("amount"), text_null("expected_on")];
    let closed = [number_null("closed_at"), text_null("note"), text_null("owner_id")];
    vec![
        table("customer_fields", definitions.into_iter().chain([flag("enabled")]).collect()).refers("dictionary_id", "dictionaries"),
        table("customers", customers.into_iter().chain(more).collect()).refers("owner_id", "users"),
        numbers(),
        terms(),
        table("customer_transfers", transfers.to_vec()).belongs("customer_id", "customers"),
        table("follow_ups", follow_ups.to_vec()).refers("customer_id", "customers").refers("user_id", "users"),
        table("appointments", appointments.to_vec()).refers("customer_id", "customers").refers("user_id", "users"),
        table("opportunities", chances.into_iter().chain(closed).collect()).refers("customer_id", "customers").refers("owner_id", "users"),
    ]
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        let db = manager.get_connection();
        if db.get_database_backend() == DatabaseBackend::Postgres {
            // What begins with a word is a range of bytes, whatever the language of the database.
            db.execute_unprepared("ALTER TABLE customer_terms ALTER COLUMN value TYPE text COLLATE \"C\"").await?;
        }
        for index in [
            unique("customer_fields", &["name"]),
            index("customers", &["created_at", "id"]),
            index("customers", &["updated_at", "id"]),
            index("customers", &["name", "id"]),
            index("customers", &["owner_id", "created_at", "id"]),
            index("customers", &["level", "created_at", "id"]),
            index("customer_numbers", &["customer_id"]),
            index("customer_terms", &["kind", "value", "customer_id"]),
            index("customer_terms", &["kind", "number", "customer_id"]),
            index("customer_terms", &["customer_id"]),
            index("customer_transfers", &["customer_id", "created_at"]),
            index("customer_transfers", &["user_id", "created_at"]),
            index("follow_ups", &["customer_id", "created_at"]),
            index("follow_ups", &["user_id", "created_at"]),
            index("follow_ups", &["created_at", "id"]),
            index("follow_ups", &["next_at"]),
            index("appointments", &["customer_id", "at"]),
            index("appointments", &["at", "id"]),
            index("appointments", &["user_id", "at"]),
            index("opportunities", &["customer_id"]),
            index("opportunities", &["owner_id", "created_at"]),
            index("opportunities", &["created_at", "id"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
