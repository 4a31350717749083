//! A row of the audit log as an event: what an integration may know of it, and a line for people.
//!
//! It is made when it is sent, from a row that never changes: no second copy of anybody's data lies about, and a hook that may
//! see less from now on is sent less from now on.

use callboard_admin::Admin;
use callboard_admin::problem::Problem;
use callboard_admin::resource::column::instant;
use callboard_admin::resource::list::Mask;
use callboard_admin::resource::{Field, Kind, Record, Resource};
use callboard_admin::words::{Lang, Words};
use callboard_domain::Timestamp;
use jiff::tz::TimeZone;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::{Map, Value, json};

use crate::form::Message;
use crate::hook::Hook;

/// Fields that a line names at most.
const MOST_NAMED: usize = 8;

/// What was done, by the last word of what a hook listens to; whatever has no word of its own is `other`.
const DEEDS: [(&str, Words); 3] =
    [("create", Words::new("created", "新建")), ("update", Words::new("changed", "修改")), ("delete", Words::new("deleted", "删除"))];
/// Any other deed, such as an approval or an import.
pub(crate) const OTHER: &str = "other";
/// Every deed.
pub(crate) const EVERY: &str = "*";

/// The last words that an entry of `events` may have.
pub(crate) fn deeds() -> impl Iterator<Item = &'static str> {
    DEEDS.iter().map(|(name, _)| *name).chain([OTHER, EVERY])
}

/// Whether somebody who listens to these hears of it.
pub(crate) fn heard(events: &[String], resource: &str, action: &str) -> bool {
    let deed = DEEDS.iter().find(|(name, _)| *name == action).map_or(OTHER, |(name, _)| *name);
    events.iter().any(|event| event.split_once('.').is_some_and(|(of, what)| of == resource && (what == EVERY || what == deed)))
}

/// What an event is called: `customers.update`, `lists.approve`, `users.reset_password`.
pub(crate) fn kind(resource: &str, action: &str) -> String {
    format!("{resource}.{}", action.replace('-', "_"))
}

/// A row of the audit log.
pub(crate) struct Event {
    at: i64,
    actor_id: Option<String>,
    actor: String,
    action: String,
    resource: String,
    target: Option<String>,
    label: String,
    before: Record,
    after: Record,
}

impl Event {
    /// Reads a row.
    pub(crate) async fn read(admin: &Admin, id: &str) -> Result<Self, Problem> {
        let columns = ["created_at", "actor_id", "actor", "action", "resource", "target", "label", "before", "after"];
        let select = Query::select().columns(columns).from("audit").and_where(Expr::col("id").eq(id)).to_owned();
        let row = admin.db().query_one(&select).await?.ok_or_else(Problem::not_found)?;
        let record = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Ok(Self {
            at: row.try_get("", "created_at")?,
            actor_id: row.try_get("", "actor_id")?,
            actor: row.try_get("", "actor")?,
            action: row.try_get("", "action")?,
            resource: row.try_get("", "resource")?,
            target: row.try_get("", "target")?,
            label: row.try_get("", "label")?,
            before: record(row.try_get("", "before")?),
            after: record(row.try_get("", "after")?),
        })
    }

    /// The message for a hook.
    pub(crate) fn message(&self, admin: &Admin, zone: &TimeZone, hook: &Hook, id: &str) -> Message {
        let resource = admin.resource(&self.resource);
        Message { id: id.into(), event: self.document(resource, hook, admin.mask()), text: self.line(resource, hook, zone) }
    }

    fn document(&self, resource: Option<&Resource>, hook: &Hook, mask: Mask) -> Value {
        let mut data = json!({
            "resource": self.resource,
            "id": self.target,
            "action": self.action,
            "actor_id": self.actor_id,
            "fields": self.fields(resource).map(|f| f.name).collect::<Vec<_>>(),
        });
        if let (true, Some(data)) = (hook.values, data.as_object_mut()) {
            data.insert("values".into(), Value::Object(self.values(resource, hook, mask)));
        }
        json!({ "type": kind(&self.resource, &self.action), "timestamp": instant(self.at), "data": data })
    }

    /// The fields that the row tells of; what a deed notes besides is its own affair.
    fn fields(&self, resource: Option<&Resource>) -> impl Iterator<Item = &'static Field> {
        let fields: &'static [Field] = resource.map_or(&[], |resource| resource.fields);
        fields.iter().filter(|f| !f.secret && (self.before.contains_key(f.name) || self.after.contains_key(f.name)))
    }

    /// Their values after the deed, telephone numbers masked unless the hook may see them.
    fn values(&self, resource: Option<&Resource>, hook: &Hook, mask: Mask) -> Map<String, Value> {
        let value = |field: &Field| {
            let mut value = self.after.get(field.name).cloned().unwrap_or(Value::Null);
            match field.kind {
                Kind::Phone | Kind::Phones if !hook.phones => mask.all(&mut value),
                Kind::Json if !hook.phones => mask.within(&mut value),
                _ => {}
            }
            (field.name.to_owned(), value)
        };
        self.fields(resource).map(value).collect()
    }

    /// `客户 修改：王小明（字段：名称；操作人：admin；2026-03-02 09:00）`; without values no name of anybody stands in it.
    fn line(&self, resource: Option<&Resource>, hook: &Hook, zone: &TimeZone) -> String {
        let lang = hook.lang;
        let what = resource.map_or(self.resource.as_str(), |resource| resource.title.get(lang));
        let deed = DEEDS.iter().find(|(name, _)| *name == self.action).map_or(self.action.as_str(), |(_, words)| words.get(lang));
        let id = self.target.as_deref().unwrap_or("-");
        let label_is_a_number = resource.and_then(|r| r.field(r.label)).is_some_and(Field::is_phone);
        let shown = hook.values && !self.label.is_empty() && (hook.phones || !label_is_a_number);
        let name = if shown { self.label.as_str() } else { id };
        let actor = if hook.values { self.actor.as_str() } else { self.actor_id.as_deref().unwrap_or("-") };
        let titles: Vec<&str> = self.fields(resource).take(MOST_NAMED).map(|f| f.title.get(lang)).collect();
        let at = clock(self.at, zone);
        match lang {
            Lang::Zh => format!("{what} {deed}：{name}（字段：{}；操作人：{actor}；{at}）", titles.join("、")),
            Lang::En => format!("{what} {deed}: {name} (fields: {}; by {actor}; {at})", titles.join(", ")),
        }
    }
}

fn clock(ms: i64, zone: &TimeZone) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// What a test sends: it tells of nothing.
pub(crate) fn ping(hook: &Hook, id: String, now: Timestamp) -> Message {
    let text = Words::new("Callboard: this is a test of the web hook", "Callboard：网络钩子测试消息");
    let event = json!({ "type": "ping", "timestamp": now.to_string(), "data": { "hook_id": hook.id } });
    Message { id, event, text: format!("{} {}", text.get(hook.lang), hook.name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_hears_what_it_listens_to_and_nothing_else() {
        let events = ["customers.create", "lists.other", "users.*"].map(String::from);
        for (resource, action) in [("customers", "create"), ("lists", "approve"), ("users", "delete"), ("users", "reset-password")] {
            assert!(heard(&events, resource, action), "{resource}.{action}");
        }
        for (resource, action) in [("customers", "update"), ("customers", "merge"), ("lists", "create"), ("user", "create"), ("roles", "create")] {
            assert!(!heard(&events, resource, action), "{resource}.{action}");
        }
        assert_eq!(kind("users", "reset-password"), "users.reset_password");
    }
}
