//! A web hook: where it posts to, of what, in which form. Address and secret are sealed: robots carry their key in the address.

pub(crate) mod rules;

use callboard_admin::Admin;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Record, Resource, Scope, list};
use callboard_admin::words::{Lang, Words};
use callboard_domain::Timestamp;
use callboard_safe::secrets;
use sea_orm::ConnectionTrait;
use serde_json::Value;
use url::Url;

use crate::fault::Fault;
use crate::form::{FORMS, Form};
use crate::guard::{Guard, LONGEST};

/// A secret that was replaced signs for so long beside the one after it.
pub(crate) const OVERLAP_MS: i64 = 24 * 3_600_000;

const CONTENTS: &[Choice] =
    &[Choice::new("names", "Ids and names of fields", "编号与字段名"), Choice::new("values", "Values of fields as well", "含字段内容")];
const LANGUAGES: &[Choice] = &[Choice::new("zh", "Chinese", "中文"), Choice::new("en", "English", "英文")];
const STATES: &[Choice] = &[
    Choice::new("ok", "Arrives", "正常"),
    Choice::new("failing", "Failing, is tried again", "失败, 重试中"),
    Choice::new("gone", "Switched off: the receiver wants no more", "已停用: 接收方不再接收"),
    Choice::new("silent", "Switched off: the receiver failed for a day", "已停用: 接收方持续失败"),
];

/// The web hooks.
pub static WEB_HOOKS: Resource = Resource {
    name: "web_hooks",
    path: "web-hooks",
    table: "web_hooks",
    title: Words::new("Web hooks", "网络钩子"),
    menu: Menu::System,
    fields: &[
        Field::text("name", "Name", "名称").required().unique().max(64).found(),
        Field::new("form", Kind::Choice(FORMS), "Form", "消息格式").required().default("json").fixed().filter(),
        Field::text("url", "Address", "网址").required().max(LONGEST).secret(),
        Field::text("address", "Goes to", "发送至").readonly().filter().search(),
        Field::text("secret", "Secret", "签名密钥").max(200).secret(),
        Field::new("events", Kind::List, "Events", "事件").required().max(200).filter(),
        Field::new("content", Kind::Choice(CONTENTS), "What is told", "消息内容").required().default("names").filter(),
        Field::flag("phones", "Telephone numbers whole", "显示完整电话号码").required(),
        Field::new("language", Kind::Choice(LANGUAGES), "Language of texts", "文本语言").required().default("zh").hidden(),
        Field::enabled().required(),
        Field::new("state", Kind::Choice(STATES), "State", "状态").readonly().filter(),
        Field::number("failures", 0, i64::MAX, "Failures in a row", "连续失败次数").readonly().default("0").sort(),
        Field::new("last_at", Kind::Instant, "Last attempt", "最近发送").readonly().filter().sort(),
        Field::new("next_at", Kind::Instant, "Next attempt", "下次重试").readonly(),
    ],
    features: Features::ALL,
    label: "name",
    sort: "name",
    scope: Scope::Everyone,
    rules: &rules::HookRules,
};

/// What of a hook is sealed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sealed {
    Url,
    Secret,
    /// The secret before, for a while.
    Previous,
}

impl Sealed {
    /// Its name among the secrets.
    pub(crate) fn of(self, id: &str) -> String {
        let what = match self {
            Self::Url => "url",
            Self::Secret => "secret",
            Self::Previous => "previous",
        };
        format!("{}/{what}", owner(id))
    }
}

/// Whose secrets they are.
pub(crate) fn owner(id: &str) -> String {
    format!("{}/{id}", WEB_HOOKS.table)
}

/// A hook as it is sent for.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) form: Form,
    pub(crate) values: bool,
    pub(crate) phones: bool,
    pub(crate) lang: Lang,
}

impl Hook {
    /// Reads a hook, whoever asks.
    pub(crate) async fn read(admin: &Admin, db: &impl ConnectionTrait, id: &str) -> Result<Self, Problem> {
        let row = list::raw(db, &Caller::server(admin.now()), &WEB_HOOKS, id, DataScope::All).await?.ok_or_else(Problem::not_found)?;
        Ok(Self::of(id, &row))
    }

    /// A row as a hook.
    pub(crate) fn of(id: &str, row: &Record) -> Self {
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        Self {
            id: id.into(),
            name: text("name").into(),
            form: Form::named(text("form")),
            values: text("content") == "values",
            phones: row.get("phones") == Some(&Value::Bool(true)),
            lang: Lang::named(text("language")),
        }
    }

    /// Where it posts to, looked at anew: the configuration may have changed since it was written.
    pub(crate) async fn url(&self, admin: &Admin, guard: &Guard) -> Result<Url, Fault> {
        let text = self.reveal(admin, Sealed::Url).await?.ok_or(Fault::Sealed)?;
        guard.address(&text).map_err(|_| Fault::Address)
    }

    /// The secrets that hold now, the newest first; none where the form has none.
    pub(crate) async fn secrets(&self, admin: &Admin, previous_until: Option<i64>) -> Result<Vec<String>, Fault> {
        let mut secrets: Vec<String> = self.reveal(admin, Sealed::Secret).await?.into_iter().collect();
        if previous_until.is_some_and(|until| Timestamp::from_millis(until) > admin.now()) {
            secrets.extend(self.reveal(admin, Sealed::Previous).await?);
        }
        if self.form == Form::Json && secrets.is_empty() { Err(Fault::Sealed) } else { Ok(secrets) }
    }

    async fn reveal(&self, admin: &Admin, what: Sealed) -> Result<Option<String>, Fault> {
        secrets::reveal(admin, &what.of(&self.id)).await.map_err(|error| {
            tracing::error!("could not open what the web hook {} has sealed: {error}", self.name);
            Fault::Sealed
        })
    }
}
