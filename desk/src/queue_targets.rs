//! Target, short limit and variant of each queue, dated: what holds from a moment on leaves the past as it was measured.

use std::collections::BTreeMap;

use async_trait::async_trait;
use callboard_domain::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
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
    /// The queue in events.
    pub queue: String,
    /// Since when.
    pub from_at: Timestamp,
    /// Answered in time up to this, inclusive.
    pub target_s: i64,
    /// An abandon below this is a short one.
    pub short_limit_s: i64,
    /// The variant's name.
    pub variant: String,
}

/// The targets of every queue, for whoever measures: read now and then, asked for every call. Two that are equal say the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets(BTreeMap<String, BTreeMap<Timestamp, Target>>);

impl Targets {
    /// As the store has them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(db: &impl ConnectionTrait) -> Result<Self, Problem> {
        let mut select = Query::select();
        select.column(("skill_groups", "queue"));
        for name in ["from_at", "target_s", "short_limit_s", "variant"] {
            select.column(("queue_targets", name));
        }
        let own = Expr::col(("skill_groups", "id")).equals(("queue_targets", "skill_group_id"));
        select.from("queue_targets").inner_join("skill_groups", own);
        let mut all = Self::default();
        for row in db.query_all(&select).await? {
            let target = Target {
                queue: row.try_get("", "queue")?,
                from_at: Timestamp::from_millis(row.try_get("", "from_at")?),
                target_s: row.try_get("", "target_s")?,
                short_limit_s: row.try_get("", "short_limit_s")?,
                variant: row.try_get("", "variant")?,
            };
            all.0.entry(target.queue.clone()).or_default().insert(target.from_at, target);
        }
        Ok(all)
    }

    /// What holds for a queue at a moment; none before its first.
    #[must_use]
    pub fn at(&self, queue: &str, at: Timestamp) -> Option<&Target> {
        self.0.get(queue)?.range(..=at).next_back().map(|(_, target)| target)
    }

    /// What holds for each queue at a moment.
    pub fn all_at(&self, at: Timestamp) -> impl Iterator<Item = &Target> {
        self.0.values().filter_map(move |own| own.range(..=at).next_back().map(|(_, target)| target))
    }

    /// When something else begins to hold; none where nothing does any more.
    #[must_use]
    pub fn next_change(&self, after: Timestamp) -> Option<Timestamp> {
        self.0.values().filter_map(|own| own.keys().find(|from| **from > after)).min().copied()
    }
}

struct TargetRules;

fn begun(write: &Write<'_>, record: Option<&callboard_admin::resource::Record>) -> bool {
    let from = record.and_then(|r| r.get("from_at")).and_then(Value::as_str).and_then(|t| t.parse::<Timestamp>().ok());
    write.caller.via != Via::Server && from.is_some_and(|from| from <= write.admin.now())
}

#[async_trait]
impl Rules for TargetRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        if begun(write, write.before.as_ref()) {
            return Err(Problem::refused("it holds already; add one that holds from later on", "已生效, 请新增之后生效的目标"));
        }
        if begun(write, Some(&write.after)) {
            write.refuse("from_at", "must lie ahead: the past keeps what it was measured with", "须晚于现在: 历史数据沿用当时的目标");
        }
        let same = Query::select()
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
