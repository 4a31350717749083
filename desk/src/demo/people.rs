//! Roles, groups, users, skill groups and extensions of the made-up bank.

use serde_json::json;

use super::{Centre, Pen};
use crate::queue_targets::QUEUE_TARGETS;
use callboard_admin::entity::extensions::EXTENSIONS;
use callboard_admin::entity::roles::ROLES;
use callboard_admin::entity::skill_groups::{MEMBERS, SKILL_GROUPS};
use callboard_admin::entity::user_groups::USER_GROUPS;
use callboard_admin::entity::users::USERS;
use callboard_admin::identity::DataScope;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write;

/// Memberships and targets begin so many minutes ago: what is shown of the past has both.
const BEGAN: i64 = -366 * 24 * 60;

const AGENT: &[&str] = &[
    "wall.view",
    "customers.read",
    "customers.write",
    "follow_ups.read",
    "follow_ups.write",
    "appointments.read",
    "appointments.write",
    "opportunities.read",
    "opportunities.write",
    "articles.read",
    "knowledge.read",
    "bulletins.read",
    "dictionaries.read",
    "customer_fields.read",
    "parameters.read",
    "skill_groups.read",
    "lists.read",
    "lists.write",
    "voicemail.read",
    "voicemail.write",
    "calls.read",
    "calls.note",
    "call_backs.read",
    "call_backs.write",
];
/// What a leader has besides.
const LEADER: &[&str] = &[
    "users.read",
    "user_groups.read",
    "extensions.read",
    "customers.transfer",
    "customers.export",
    "customers.delete",
    "articles.write",
    "bulletins.write",
    "phones.see",
    "audit.read",
    "lists.approve",
    "lists.lookup",
    "lists.import",
    "lists.export",
    "recordings.play",
    "recordings.download",
];

/// Who is there.
pub(super) struct People {
    /// Agents' users.
    pub users: Vec<String>,
    /// Teams' groups.
    pub groups: Vec<String>,
    /// Logins to look at it with.
    pub shown: Vec<(String, &'static str)>,
}

pub(super) async fn seed(pen: &Pen<'_>, centre: &Centre) -> Result<People, Problem> {
    let agent = pen.row(&ROLES, json!({ "name": "座席", "description": "Agent", "rights": AGENT, "scope": "own" })).await?;
    let rights: Vec<&str> = AGENT.iter().chain(LEADER).copied().collect();
    let leader = pen.row(&ROLES, json!({ "name": "班组长", "description": "Team leader", "rights": rights, "scope": "group" })).await?;
    let house = pen.row(&USER_GROUPS, json!({ "name": "客户服务中心" })).await?;
    let mut groups = Vec::new();
    for (position, name) in (1_i64..).zip(&centre.teams) {
        groups.push(pen.row(&USER_GROUPS, json!({ "name": name, "parent_id": house, "position": position })).await?);
    }
    let (mut users, mut leaders, mut shown) = (Vec::new(), vec![None; groups.len()], Vec::new());
    for (extension, person) in (6_001_i64..).zip(&centre.agents) {
        let first = leaders.get(person.team).is_some_and(Option::is_none);
        let group = groups.get(person.team).unwrap_or(&house);
        let login = format!("a{}", person.id.to_lowercase());
        let role = if first { &leader } else { &agent };
        let user = json!({ "login": login, "name": person.name, "agent": person.id, "group_id": group, "role_ids": [role] });
        let id = pen.row(&USERS, user).await?;
        let kind = if extension % 3 == 0 { "webrtc" } else { "sip" };
        pen.row(&EXTENSIONS, json!({ "number": extension.to_string(), "name": person.name, "kind": kind, "user_id": id })).await?;
        let role = if first { "班组长 · team leader" } else { "座席 · agent" };
        if shown.iter().all(|(_, r)| *r != role) {
            shown.push((login, role));
        }
        if let Some(place) = leaders.get_mut(person.team).filter(|p| p.is_none()) {
            *place = Some(id.clone());
        }
        users.push(id);
    }
    for (group, leader) in groups.iter().zip(&leaders) {
        let Some(leader) = leader else { continue };
        let body = callboard_admin::entity::standard::record(json!({ "leader_ids": [leader] }));
        write::change(pen.admin, &pen.caller, &pen.tx, &USER_GROUPS, (group, None), body, DataScope::All).await?;
    }
    skills(pen, centre, &users).await?;
    Ok(People { users, groups, shown })
}

async fn skills(pen: &Pen<'_>, centre: &Centre, users: &[String]) -> Result<(), Problem> {
    let mut groups = Vec::new();
    for queue in &centre.queues {
        let id = pen.row(&SKILL_GROUPS, json!({ "name": queue.title, "queue": queue.id })).await?;
        pen.row(&QUEUE_TARGETS, json!({ "skill_group_id": id, "from_at": pen.at(BEGAN), "target_s": queue.target_s })).await?;
        groups.push(id);
    }
    for (person, user) in centre.agents.iter().zip(users) {
        for (place, queue) in person.queues.iter().enumerate() {
            let Some(group) = groups.get(*queue) else { continue };
            let level = if place == 0 { 8 } else { 4 };
            pen.row(&MEMBERS, json!({ "skill_group_id": group, "user_id": user, "level": level, "from_at": pen.at(BEGAN) })).await?;
        }
    }
    Ok(())
}
