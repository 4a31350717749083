//! Hooks, their deliveries and attempts, and the outbox that the store itself fills with each row of the audit log.
//!
//! The trigger stands in the transaction that writes the row: what is committed is in the outbox, what is not is not.

use async_trait::async_trait;
use callboard_admin::store::table::{Refers, flag, index, number, number_null, table, text, text_null, unique};
use sea_orm::sea_query::{ColumnDef, Table, TableCreateStatement};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

const POSTGRES: [&str; 2] = [
    "CREATE OR REPLACE FUNCTION web_hooks_hear() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     IF EXISTS (SELECT 1 FROM web_hooks WHERE enabled) THEN INSERT INTO web_hook_outbox (audit_id) VALUES (NEW.id); END IF; RETURN NULL; END $$",
    "CREATE TRIGGER web_hooks_hear AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION web_hooks_hear()",
];
const SQLITE: [&str; 1] = ["CREATE TRIGGER web_hooks_hear AFTER INSERT ON audit WHEN EXISTS (SELECT 1 FROM web_hooks WHERE enabled) \
     BEGIN INSERT INTO web_hook_outbox (audit_id) VALUES (NEW.id); END"];

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m01_web_hooks"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [hooks(), outbox(), deliveries(), attempts()] {
            manager.create_table(table).await?;
        }
        for index in [
            unique("web_hooks", &["name"]),
            unique("web_hook_deliveries", &["hook_id", "audit_id"]),
            index("web_hook_deliveries", &["hook_id", "state", "seq"]),
            index("web_hook_deliveries", &["seq", "id"]),
            index("web_hook_deliveries", &["created_at"]),
            index("web_hook_attempts", &["delivery_id", "number"]),
        ] {
            manager.create_index(index).await?;
        }
        let db = manager.get_connection();
        let postgres = db.get_database_backend() == DatabaseBackend::Postgres;
        for statement in if postgres { &POSTGRES[..] } else { &SQLITE[..] } {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

fn hooks() -> TableCreateStatement {
    table(
        "web_hooks",
        vec![
            text("name"),
            text("form"),
            text("address"),
            text("events"),
            text("content"),
            flag("phones"),
            text("language"),
            flag("enabled"),
            text_null("state"),
            number("failures"),
            number_null("last_at"),
            number_null("next_at"),
            number_null("previous_until"),
            // Which process sends for it now, and until when no other may.
            text_null("lease_owner"),
            number_null("lease_until"),
        ],
    )
}

/// The store counts: rows that follow from one another stand in that order, whatever clocks say.
fn outbox() -> TableCreateStatement {
    Table::create()
        .table("web_hook_outbox")
        .col(ColumnDef::new("seq").big_integer().not_null().auto_increment().primary_key())
        .col(text("audit_id"))
        .to_owned()
}

fn deliveries() -> TableCreateStatement {
    table(
        "web_hook_deliveries",
        vec![
            text("hook_id"),
            text("audit_id"),
            number("seq"),
            text("event"),
            text_null("target"),
            text("state"),
            number("attempts"),
            number_null("status"),
            number_null("code"),
            number_null("ms"),
            text_null("error"),
            number_null("done_at"),
        ],
    )
    .belongs("hook_id", "web_hooks")
}

fn attempts() -> TableCreateStatement {
    let columns = vec![text("delivery_id"), number("number"), number_null("status"), number_null("code"), number_null("ms"), text_null("error")];
    table("web_hook_attempts", columns).belongs("delivery_id", "web_hook_deliveries")
}
