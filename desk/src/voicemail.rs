//! Voicemail (语音留言): messages that callers left, heard, assigned, called back and done.
//!
//! They come from Asterisk's spool, a folder or a bucket like that of recordings; the files stay the switchboard's. Whose a message
//! is goes by its assignee: those of nobody are everybody's to take.

pub mod message;
mod play;
mod spool;
mod state;

use std::collections::HashMap;
use std::sync::Arc;

use callboard_admin::Admin;
use callboard_admin::http::Routes;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write::Plain;
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;
use callboard_objects::{Error, Objects, S3};
use serde::Deserialize;

use crate::recordings::listening::Listenings;
use crate::recordings::waveform::Waveforms;
pub use spool::{Broken, Scanned, scan};

const STATES: &[Choice] = &[Choice::new("new", "New", "未听"), Choice::new("heard", "Heard", "已听"), Choice::new("handled", "Handled", "已处理")];

/// The messages.
pub static VOICEMAIL: Resource = Resource {
    name: "voicemail",
    path: "voicemail",
    table: "voicemail",
    title: Words::new("Voicemail", "语音留言"),
    menu: Menu::Calls,
    fields: &[
        Field::new("left_at", Kind::Instant, "Left", "留言时间").readonly().filter().sort(),
        Field::new("from_number", Kind::Phone, "Caller", "主叫").readonly().filter().search(),
        Field::text("from_name", "Caller's name", "主叫名称").readonly().found(),
        Field::text("mailbox", "Mailbox", "信箱").readonly().found(),
        Field::text("queue", "Queue", "队列").readonly().filter().sort(),
        Field::duration("length_ms", "Length", "时长").readonly().sort(),
        Field::new("state", Kind::Choice(STATES), "State", "状态").readonly().filter(),
        Field::reference("assignee_id", "users", "Assigned to", "分配给"),
        Field::new("note", Kind::LongText, "Note on calling back", "回访备注").max(2_000),
        Field::reference("heard_by_id", "users", "First heard by", "首听人").readonly().hidden(),
        Field::new("heard_at", Kind::Instant, "First heard", "首听时间").readonly().filter().sort().hidden(),
        Field::reference("handled_by_id", "users", "Handled by", "处理人").readonly(),
        Field::new("handled_at", Kind::Instant, "Handled", "处理时间").readonly().filter().sort(),
        Field::text("path", "File", "文件").readonly().hidden(),
    ],
    features: Features { create: false, edit: true, remove: false, import: None, export: true, tree: false, rights: None },
    label: "mailbox",
    sort: "-left_at",
    scope: Scope::UserOrNobody("assignee_id"),
    rules: &Plain,
};

/// Where messages lie; the server gives one to the organisation (`Admin::give`) if it is set up.
#[derive(Debug)]
pub struct Voicemail {
    objects: Objects,
    /// The queue that a mailbox belongs to.
    queues: HashMap<String, String>,
    waveforms: Waveforms,
    listenings: Listenings,
}

/// How messages are reached, as the configuration says it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The spool: `file:///var/spool/asterisk/voicemail` or `s3://bucket/prefix`; without one there is no voicemail.
    pub url: Option<String>,
    /// How to reach a bucket.
    pub s3: S3,
    /// The queue that a mailbox belongs to.
    pub queues: HashMap<String, String>,
}

impl Voicemail {
    /// Messages as the settings say; none where they name no spool. `secret` looks a name up in the environment.
    ///
    /// # Errors
    /// When a setting cannot be right.
    pub fn open(settings: &Settings, secret: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, Error> {
        let Some(url) = &settings.url else { return Ok(None) };
        Ok(Some(Self::new(Objects::open(url, &settings.s3, secret)?, settings.queues.clone())))
    }

    /// Messages in a spool such as `/var/spool/asterisk/voicemail`; `queues` names the queue of a mailbox.
    #[must_use]
    pub fn new(objects: Objects, queues: HashMap<String, String>) -> Self {
        Self { objects, queues, waveforms: Waveforms::default(), listenings: Listenings::default() }
    }
}

/// What the server has given.
fn given(admin: &Admin) -> Result<Arc<Voicemail>, Problem> {
    let unset = || {
        Problem::absent(
            "no spool of voicemail is set; set [voicemail] url in the configuration",
            "未配置语音留言目录, 请在配置中设置 [voicemail] url",
        )
    };
    admin.given().ok_or_else(unset)
}

pub(crate) fn routes(routes: &mut Routes) {
    spool::routes(routes);
    state::routes(routes);
    play::routes(routes);
}
