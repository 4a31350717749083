//! Where recordings lie that are found by no rule.

use async_trait::async_trait;
use callboard_admin::store::table::{table, text, unique};
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m30_recordings"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let recordings = table("recordings", vec![text("source"), text("call"), text("path")]);
        super::make(manager, vec![recordings], vec![unique("recordings", &["call", "source"])]).await
    }
}
