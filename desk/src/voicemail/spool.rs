//! Asterisk's spool of voicemail: `context/mailbox/folder/msgNNNN.txt` and the sound beside it.
//!
//! Read again and again: a message that was known stays what became of it here, wherever Asterisk has moved it. What cannot be read
//! is listed, and stops nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use callboard_admin::Admin;
use callboard_admin::audit::{self, Entry};
use callboard_admin::entity::standard::record;
use callboard_admin::http::Routes;
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_objects::{Error, Objects};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::Serialize;
use serde_json::json;

use super::message::{self, Message, Wrong};
use super::{VOICEMAIL, Voicemail, given};
use crate::recordings::serve::Sound;

/// Folders of a mailbox that hold something else than messages.
const OTHERS: [&str; 4] = ["tmp", "greet", "unavail", "busy"];
/// The folder of messages that nobody has heard.
const UNHEARD: [&str; 2] = ["INBOX", "Urgent"];
/// Endings of sounds, the best first. `WAV` is GSM in a WAV.
const SOUNDS: [&str; 4] = ["wav", "WAV", "mp3", "ogg"];
/// Broken files that are listed.
const LISTED: usize = 100;

/// What a scan found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Scanned {
    /// Messages in the spool.
    pub found: u64,
    /// Those that were not known.
    pub new: u64,
    /// Those that Asterisk has moved.
    pub moved: u64,
    /// Files that are no messages, at most a hundred of them.
    pub broken: Vec<Broken>,
}

/// A file that is no message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Its name in the spool.
    pub path: String,
    /// What is wrong with it.
    pub error: String,
}

pub(super) fn routes(routes: &mut Routes) {
    routes.post("/voicemail/scan", Need::Right(VOICEMAIL.right("write")), "Look for messages in the spool", asked);
}

async fn asked(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>) -> Result<Json<Scanned>, Problem> {
    caller.need(&VOICEMAIL.right("write"))?;
    Ok(Json(scan(&admin, &caller).await?))
}

/// Takes what is new in the spool.
///
/// # Errors
/// When no spool is set, its place is away, or the store fails.
pub async fn scan(admin: &Admin, caller: &Caller) -> Result<Scanned, Problem> {
    let voicemail = given(admin)?;
    let mut scanned = Scanned::default();
    for folder in folders(&voicemail.objects).await? {
        let mut files = listed(voicemail.objects.list(&folder).await)?.files;
        files.sort_unstable();
        for file in files.iter().filter(|f| is_message(f)) {
            let path = format!("{folder}/{file}");
            match read(&voicemail.objects, &path).await {
                Ok(None) => {}
                Ok(Some((message, _))) => {
                    scanned.found += 1;
                    take(admin, &voicemail, &path, &message, &mut scanned).await?;
                }
                Err(Refused::Wrong(wrong)) if scanned.broken.len() < LISTED => {
                    scanned.broken.push(Broken { path, error: wrong.to_string() });
                }
                Err(Refused::Wrong(_)) => {}
                Err(Refused::Problem(problem)) => return Err(problem),
            }
        }
    }
    if scanned.new > 0 {
        let after = Some(record(json!({ "new": scanned.new, "moved": scanned.moved, "broken": scanned.broken.len() })));
        let tx = admin.begin().await?;
        audit::note(admin, &tx, caller, Entry { action: "scan", resource: VOICEMAIL.name, after, ..Entry::default() }).await?;
        tx.commit().await?;
    }
    Ok(scanned)
}

/// Every folder that may hold messages.
async fn folders(objects: &Objects) -> Result<Vec<String>, Problem> {
    let mut found = vec![String::new()];
    for _ in ["context", "mailbox", "folder"] {
        let mut below = Vec::new();
        for above in &found {
            let mut names = listed(objects.list(above).await)?.folders;
            names.sort_unstable();
            below.extend(
                names.iter().filter(|n| !OTHERS.contains(&n.as_str())).map(|n| if above.is_empty() { n.clone() } else { format!("{above}/{n}") }),
            );
        }
        found = below;
    }
    Ok(found)
}

fn listed<T>(asked: Result<T, Error>) -> Result<T, Problem> {
    asked.map_err(|error| {
        tracing::warn!("{error}");
        Problem::unreachable_files()
    })
}

fn is_message(file: &str) -> bool {
    let number = file.strip_prefix("msg").and_then(|f| f.strip_suffix(".txt"));
    number.is_some_and(|n| (4..=8).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Why a message could not be read.
pub(super) enum Refused {
    /// The file is none.
    Wrong(Wrong),
    /// The place is away.
    Problem(Problem),
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Wrong(_) => Self::absent("the message is no longer where it lay; scan the spool again", "留言文件已移动或删除, 请重新扫描"),
            Refused::Problem(problem) => problem,
        }
    }
}

/// The message of a file and its name without ending; none where the file is gone.
pub(super) async fn read(objects: &Objects, path: &str) -> Result<Option<(Message, String)>, Refused> {
    // A name that leads elsewhere is no message of this spool.
    let there = |asked| match asked {
        Err(Error::Name { .. }) => Ok(None),
        asked => listed(asked).map_err(Refused::Problem),
    };
    let Some(meta) = there(objects.meta(path).await)? else { return Ok(None) };
    if meta.size > message::MOST_BYTES {
        return Err(Refused::Wrong(Wrong::Long));
    }
    let Some(bytes) = listed(objects.get(path).await).map_err(Refused::Problem)? else { return Ok(None) };
    let stem = path.strip_suffix(".txt").unwrap_or(path).to_owned();
    Message::read(&bytes).map(|message| Some((message, stem))).map_err(Refused::Wrong)
}

/// The key of a message: unique in the spool, the same in every folder of its mailbox.
pub(super) fn key(path: &str, message: &Message) -> String {
    let mut words = path.split('/');
    let (context, mailbox) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    format!("{context}/{mailbox}/{}", message.key())
}

/// The sound beside the file; none where there is none, or none that is taken.
pub(super) async fn sound(objects: &Objects, path: &str) -> Result<Option<Sound>, Problem> {
    let stem = path.strip_suffix(".txt").unwrap_or(path);
    for ending in SOUNDS {
        if let Some(sound) = Sound::find(objects, &format!("{stem}.{ending}")).await? {
            return Ok(Some(sound));
        }
    }
    Ok(None)
}

/// Keeps a message that was not known, or notes where it lies now and how long it has become.
async fn take(admin: &Admin, voicemail: &Voicemail, path: &str, message: &Message, scanned: &mut Scanned) -> Result<(), Problem> {
    let key = key(path, message);
    let known = Query::select().columns(["id", "path", "length_ms"]).from("voicemail").and_where(Expr::col("spool_key").eq(&key)).to_owned();
    let tx = admin.begin().await?;
    match tx.query_one(&known).await? {
        None => {
            insert(admin, &tx, voicemail, (path, &key), message).await?;
            scanned.new += 1;
        }
        Some(row) => {
            let (before, length) = (row.try_get::<String>("", "path")?, row.try_get::<i64>("", "length_ms")?);
            if before == path && length == message.length_ms {
                return Ok(());
            }
            let mut update = Query::update();
            update.table("voicemail").value("path", path).value("length_ms", message.length_ms).and_where(Expr::col("spool_key").eq(&key));
            tx.execute(&update).await?;
            scanned.moved += u64::from(before != path);
        }
    }
    Ok(tx.commit().await?)
}

async fn insert(admin: &Admin, tx: &DatabaseTransaction, voicemail: &Voicemail, (path, key): (&str, &str), message: &Message) -> Result<(), Problem> {
    let now = admin.now().as_millis();
    let folder = path.split('/').nth(2).unwrap_or_default();
    // Heard on the telephone, by nobody whom we know.
    let state = if UNHEARD.contains(&folder) { "new" } else { "heard" };
    let mut insert = Query::insert();
    insert
        .into_table("voicemail")
        .columns([
            "id",
            "version",
            "created_at",
            "updated_at",
            "spool_key",
            "path",
            "mailbox",
            "from_number",
            "from_name",
            "queue",
            "left_at",
            "length_ms",
            "state",
        ])
        .values_panic([
            Expr::val(admin.new_id()),
            Expr::val(1_i64),
            Expr::val(now),
            Expr::val(now),
            Expr::val(key),
            Expr::val(path),
            Expr::val(&message.mailbox),
            Expr::val(message.from_number.clone()),
            Expr::val(message.from_name.clone()),
            Expr::val(voicemail.queues.get(&message.mailbox).cloned()),
            Expr::val(message.left_at_ms),
            Expr::val(message.length_ms),
            Expr::val(state),
        ]);
    tx.execute(&insert).await?;
    Ok(())
}
