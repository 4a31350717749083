//! A made-up bank's organisation for `serve --demo`: every list has life, from data alone, the same each time.
//!
//! Names, numbers and texts are invented. A second call finds what the first made and does nothing.

mod articles;
mod customers;
mod lists;
mod people;
pub mod recordings;
pub mod voicemail;

use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};

use crate::bulletins::BULLETINS;
use crate::business_hours::{BUSINESS_HOURS, HOLIDAYS};
use callboard_admin::Admin;
use callboard_admin::entity::standard;
use callboard_admin::identity::{Caller, first};
use callboard_admin::problem::Problem;
use callboard_admin::resource::Resource;

/// The centre whose calls are shown; whoever simulates it tells.
#[derive(Debug, Clone, Default)]
pub struct Centre {
    /// Its queues.
    pub queues: Vec<Queue>,
    /// Its teams' names.
    pub teams: Vec<String>,
    /// Its agents.
    pub agents: Vec<Agent>,
    /// Numbers that will call; the first customers get them.
    pub callers: Vec<String>,
}

/// A queue.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Name in events.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Answered in time up to this.
    pub target_s: i64,
}

/// An agent.
#[derive(Debug, Clone)]
pub struct Agent {
    /// Name in events.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Index of the team.
    pub team: usize,
    /// Indexes of the queues.
    pub queues: Vec<usize>,
}

/// How to look at it as somebody else than the administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The login.
    pub login: String,
    /// Good once; a new one is set at the first sign-in.
    pub one_time_password: String,
    /// What they are.
    pub role: &'static str,
}

/// What seeding writes with.
struct Pen<'a> {
    admin: &'a Admin,
    caller: Caller,
    tx: DatabaseTransaction,
}

impl Pen<'_> {
    async fn row(&self, resource: &'static Resource, value: Value) -> Result<String, Problem> {
        standard::row(self.admin, &self.caller, &self.tx, resource, value).await
    }

    /// A time so many minutes from now.
    fn at(&self, minutes: i64) -> String {
        callboard_domain::Timestamp::from_millis(self.admin.now().as_millis() + minutes * 60_000).to_string()
    }

    /// As if that user did it.
    fn user(&mut self, id: Option<&str>) {
        self.caller.user_id = id.map(str::to_owned);
    }
}

/// Fills an organisation that has nobody but its administrator; whom one can sign in as. Nothing where it was done before.
///
/// # Errors
/// When the store fails.
pub async fn seed(admin: &Admin, centre: &Centre) -> Result<Vec<SignIn>, Problem> {
    let mut pen = Pen { admin, caller: Caller::server(admin.now()), tx: admin.begin().await? };
    if standard::any(&pen.tx, "skill_groups").await? {
        return Ok(Vec::new());
    }
    let people = people::seed(&pen, centre).await?;
    customers::seed(&mut pen, centre, &people).await?;
    lists::seed(&mut pen, centre, &people).await?;
    articles::seed(&pen).await?;
    bulletins(&pen, &people).await?;
    hours(&pen).await?;
    pen.tx.commit().await?;
    let caller = Caller::server(admin.now());
    let mut sign_ins = Vec::new();
    for (login, role) in people.shown {
        let one_time_password = first::reset(admin, &caller, &login).await?;
        sign_ins.push(SignIn { login, one_time_password, role });
    }
    Ok(sign_ins)
}

async fn bulletins(pen: &Pen<'_>, people: &people::People) -> Result<(), Problem> {
    let rows = [
        ("系统将于周日 02:00 维护", "维护期间知识库只读，预计 30 分钟。", "warning", -600, Some(4_320), true, None),
        ("信用卡年费政策调整", "自下月起，金卡首年免年费。话术见知识库“信用卡年费”。", "info", -2_880, None, true, None),
        ("来电量高于平日，请及时结束话后处理", "排队时长已超目标，班组长请安排增援。", "urgent", -20, Some(240), true, None),
        (
            "English line: new greeting",
            "Please use the greeting in the article *Greeting on the English line*.",
            "info",
            -1_440,
            Some(10_080),
            false,
            None,
        ),
        ("班组例会改到 17:30", "地点不变。", "info", -120, Some(600), false, people.groups.first()),
    ];
    for (title, body, level, from, until, on_wall, group) in rows {
        let groups: Vec<&String> = group.into_iter().collect();
        let row = json!({
            "title": title, "body": body, "level": level, "from_at": pen.at(from), "until_at": until.map(|m| pen.at(m)), "on_wall": on_wall, "group_ids": groups,
        });
        pen.row(&BULLETINS, row).await?;
    }
    Ok(())
}

async fn hours(pen: &Pen<'_>) -> Result<(), Problem> {
    let day = |days: &[i8], from: &str, to: &str| json!([{ "days": days, "from": from, "to": to }]);
    for (name, week) in [
        ("全天候", day(&[1, 2, 3, 4, 5, 6, 7], "00:00", "24:00")),
        ("工作日", day(&[1, 2, 3, 4, 5], "07:45", "21:00")),
        ("周末", day(&[6, 7], "08:30", "18:00")),
    ] {
        pen.row(&BUSINESS_HOURS, json!({ "name": name, "week": week })).await?;
    }
    let year = pen.admin.now().to_string().chars().take(4).collect::<String>();
    for (day, name) in [("01-01", "元旦"), ("05-01", "劳动节"), ("10-01", "国庆节"), ("10-02", "国庆节"), ("10-03", "国庆节")] {
        pen.row(&HOLIDAYS, json!({ "day": format!("{year}-{day}"), "name": name })).await?;
    }
    let weekend = json!({ "day": format!("{year}-10-11"), "name": "国庆调休", "kind": "working", "hours": [{ "from": "07:45", "to": "21:00" }] });
    pen.row(&HOLIDAYS, weekend).await?;
    Ok(())
}
