//! Black and red lists: entries, found by the one key that an open entry holds.

use async_trait::async_trait;
use callboard_admin::store::table::{index, number, number_null, table, text, text_null, unique};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m10_lists"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let what = [text("kind"), text("matching"), text("number"), text_null("treatment"), text("reason"), text("state")];
        let when = [number("from_at"), number_null("until_at"), text_null("requested_by"), text_null("decided_by"), number_null("decided_at")];
        let more = [text_null("decision"), number("hits"), number_null("last_hit_at"), text_null("note"), text_null("open_key")];
        manager.create_table(table("lists", what.into_iter().chain(when).chain(more).collect())).await?;
        let db = manager.get_connection();
        if db.get_database_backend() == DatabaseBackend::Postgres {
            // What begins with digits is a range of bytes, whatever the language of the database.
            db.execute_unprepared("ALTER TABLE lists ALTER COLUMN number TYPE text COLLATE \"C\"").await?;
        }
        for index in [
            unique("lists", &["open_key"]),
            index("lists", &["number", "created_at", "id"]),
            index("lists", &["created_at", "id"]),
            index("lists", &["updated_at", "id"]),
            index("lists", &["state", "created_at", "id"]),
            index("lists", &["kind", "created_at", "id"]),
            index("lists", &["hits", "id"]),
        ] {
            manager.create_index(index).await?;
        }
        // Keys that time has set free are found without a look at all entries that ever ended.
        db.execute_unprepared("CREATE INDEX lists_open_until ON lists (until_at) WHERE open_key IS NOT NULL").await.map(drop)
    }
}
