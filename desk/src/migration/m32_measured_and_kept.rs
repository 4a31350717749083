//! What measuring and keeping go by: the queue of each target, the one that its skill group answered when it was set; and days that
//! calls and recordings are kept, which are for ever now where nobody had changed them, since by now they delete.

use async_trait::async_trait;
use callboard_admin::store::table::text;
use sea_orm::DbErr;
use sea_orm::sea_query::{Expr, ExprTrait, Query, Table};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m32_measured_and_kept"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("queue_targets").add_column(text("queue").default("")).to_owned()).await?;
        let group = Query::select()
            .column("queue")
            .from("skill_groups")
            .and_where(Expr::col(("skill_groups", "id")).equals(("queue_targets", "skill_group_id")))
            .to_owned();
        let fill = Query::update().table("queue_targets").value("queue", Expr::SubQuery(None, Box::new(group.into()))).to_owned();
        manager.execute(fill).await?;
        for (name, usual) in [("calls_kept_days", 730), ("recordings_kept_days", 180)] {
            let for_ever = Query::update().table("parameters").value(name, 0).and_where(Expr::col(name).eq(usual)).to_owned();
            manager.execute(for_ever).await?;
        }
        Ok(())
    }
}
