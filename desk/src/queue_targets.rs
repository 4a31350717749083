//! Target, short limit and variant of each queue, dated: what holds from a moment on leaves the past as it was measured.
//!
//! A target is that of the queue that its skill group answered when the target was set, whatever the group answers later.

use std::collections::BTreeMap;

use async_trait::async_trait;
use callboard_domain::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query as Select};
use serde_json::Value;

use callboard_admin::identity::Via;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write::{Rules, Write};
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;

const VARIANTS: &[Choice] = &[
    Choice::new("service_level", "Service level", "服务水平"),
    Choice::new("service_level_all", "Of all calls", "服务水平（全部来电）"),
    Choice::new("service_level_answered", "Of answered calls", "服务水平（已接来电）"),
    Choice::new("service_level_positive", "With abandoned in time as good", "服务水平（及时放弃计为达标）"),
    Choice::new("service_level_ignored", "Without abandoned in time", "服务水平（不计及时放弃）"),
];

/// The dated targets.
pub static QUEUE_TARGETS: Resource = Resource {
    name: "queue_targets",
    path: "queue-targets",
    table: "queue_targets",
    title: Words::new("Targets of queues", "队列目标"),
    menu: Menu::Settings,
    fields: &[
        Field::reference("skill_group_id", "skill_groups", "Skill group", "技能组").required().fixed(),
        Field::text("queue", "Queue in events", "队列").readonly().filter(),
        Field::new("from_at", Kind::Instant, "From", "生效时间").required().filter().sort(),
        Field::number("target_s", 1, 3_600, "Target, s", "目标时长（秒）").required(),
        Field::number("short_limit_s", 0, 600, "Short abandons below, s", "短放弃上限（秒）").default("5"),
        Field::new("variant", Kind::Choice(VARIANTS), "Variant", "口径").default("service_level").filter(),
        Field::text("note", "Note", "备注").hidden(),
    ],
    features: Features::ALL.by_rights_of("parameters"),
    label: "id",
    sort: "-from_at",
    scope: Scope::Everyone,
    rules: &TargetRules,
};

/// What holds for a queue from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Since when.
    pub from_at: Timestamp,
    /// Answered in time up to this, inclusive.
    pub target_s: i64,
    /// An abandon below this is a short one.
    pub short_limit_s: i64,
}

/// What the organisation says of a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queue {
    /// The skill group that answers it.
    pub name: Option<String>,
    /// The oldest first.
    pub targets: Vec<Target>,
}

/// What the organisation says of queues by their names in events, for whoever measures.
///
/// # Errors
/// When the store fails.
pub async fn queues(db: &impl ConnectionTrait) -> Result<BTreeMap<String, Queue>, Problem> {
    let mut all: BTreeMap<String, Queue> = BTreeMap::new();
    for row in db.query_all(&Select::select().columns(["queue", "name"]).from("skill_groups").to_owned()).await? {
        all.entry(row.try_get("", "queue")?).or_default().name = row.try_get("", "name")?;
    }
    let dated = Select::select()
        .columns(["queue", "from_at", "target_s", "short_limit_s"])
        .from("queue_targets")
        .order_by_columns([("queue", Order::Asc), ("from_at", Order::Asc)])
        .to_owned();
    for row in db.query_all(&dated).await? {
        let target = Target {
            from_at: Timestamp::from_millis(row.try_get("", "from_at")?),
            target_s: row.try_get("", "target_s")?,
            short_limit_s: row.try_get("", "short_limit_s")?,
        };
        all.entry(row.try_get("", "queue")?).or_default().targets.push(target);
    }
    Ok(all)
}

/// So long before it holds a target stands still: every node that measures has read it by then.
const LEAD_MS: i64 = 60_000;

struct TargetRules;

/// Whether it holds, or will before everybody knows.
fn begun(write: &Write<'_>, record: Option<&callboard_admin::resource::Record>) -> bool {
    let from = record.and_then(|r| r.get("from_at")).and_then(Value::as_str).and_then(|t| t.parse::<Timestamp>().ok());
    write.caller.via != Via::Server && from.is_some_and(|from| from <= write.admin.now().plus(LEAD_MS))
}

#[async_trait]
impl Rules for TargetRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        if begun(write, write.before.as_ref()) {
            return Err(Problem::refused("it holds already; add one that holds from later on", "已生效, 请新增之后生效的目标"));
        }
        if begun(write, Some(&write.after)) {
            write.refuse(
                "from_at",
                "must lie a minute ahead: the past keeps what it was measured with",
                "须晚于现在一分钟以上: 历史数据沿用当时的目标",
            );
        }
        let group = Select::select().column("queue").from("skill_groups").and_where(Expr::col("id").eq(write.text("skill_group_id"))).to_owned();
        if write.before.is_none()
            && let Some(row) = write.tx.query_one(&group).await?
        {
            write.after.insert("queue".into(), row.try_get::<String>("", "queue")?.into());
        }
        let same = Select::select()
            .column("id")
            .from("queue_targets")
            .and_where(Expr::col("skill_group_id").eq(write.text("skill_group_id")))
            .and_where(Expr::col("from_at").eq(write.text("from_at").and_then(|t| t.parse::<Timestamp>().ok()).map(Timestamp::as_millis)))
            .and_where(Expr::col("id").ne(write.id))
            .to_owned();
        if write.tx.query_one(&same).await?.is_some() {
            write.refuse("from_at", "another holds from the same moment", "同一时刻已有目标");
        }
        Ok(())
    }

    async fn removing(&self, write: &Write<'_>) -> Result<(), Problem> {
        if begun(write, write.before.as_ref()) {
            return Err(Problem::refused("it holds already; add one that holds from later on", "已生效, 请新增之后生效的目标"));
        }
        Ok(())
    }
}
