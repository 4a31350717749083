//! Messages that callers left.

use async_trait::async_trait;
use callboard_admin::store::table::{Refers, index, number, number_null, table, text, text_null, unique};
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m31_voicemail"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let messages = table(
            "voicemail",
            vec![
                text("spool_key"),
                text("path"),
                text("mailbox"),
                text_null("from_number"),
                text_null("from_name"),
                text_null("queue"),
                number("left_at"),
                number("length_ms"),
                text("state"),
                text_null("assignee_id"),
                text_null("note"),
                text_null("heard_by_id"),
                number_null("heard_at"),
                text_null("handled_by_id"),
                number_null("handled_at"),
            ],
        )
        .refers("assignee_id", "users")
        .refers("heard_by_id", "users")
        .refers("handled_by_id", "users");
        let indexes =
            vec![unique("voicemail", &["spool_key"]), index("voicemail", &["left_at", "id"]), index("voicemail", &["state", "left_at", "id"])];
        super::make(manager, vec![messages], indexes).await
    }
}
