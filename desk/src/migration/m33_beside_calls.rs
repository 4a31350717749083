//! What people say of calls: whom they call back, and notes.

use async_trait::async_trait;
use callboard_admin::store::table::{Refers, index, table, text, text_null, unique};
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m33_beside_calls"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let call = || vec![text("source"), text("call")];
        let call_backs = table("call_backs", [call(), vec![text("state"), text_null("result"), text_null("note"), text_null("user_id")]].concat());
        let notes = table("call_notes", [call(), vec![text("text"), text_null("user_id")]].concat());
        let tables = vec![call_backs.refers("user_id", "users"), notes.refers("user_id", "users")];
        let indexes = vec![unique("call_backs", &["source", "call"]), index("call_backs", &["call"]), index("call_notes", &["source", "call"])];
        super::make(manager, tables, indexes).await
    }
}
