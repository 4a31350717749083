//! Which file is a call's recording: where it was registered, where the switchboard says, where a rule says.

use callboard_admin::Admin;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use super::calls::{self, Call};
use super::serve::Sound;
use super::{Recordings, media};
use crate::parameters;

/// The longest id of a call, in bytes.
const LONGEST: usize = 200;

/// A call that the caller may hear, and its recording.
pub(super) struct Found {
    pub(super) call: Call,
    pub(super) sound: Sound,
}

impl Recordings {
    /// The call of that id, if the scope reaches it.
    ///
    /// # Errors
    /// Not found, of several sources, or a store fails.
    pub(super) async fn call(&self, admin: &Admin, caller: &Caller, data: DataScope, id: &str, source: Option<&str>) -> Result<Call, Problem> {
        if id.len() > LONGEST || id.chars().any(char::is_control) {
            // No store is asked for what can be no id.
            return Err(Problem::not_found());
        }
        let asked = self.calls.call(id, source).await.map_err(|error| {
            tracing::error!("could not read the call of a recording: {error}");
            Problem::internal()
        })?;
        let mut reached = Vec::new();
        for call in asked {
            if calls::reaches(admin, caller, data, &call).await? {
                reached.push(call);
            }
        }
        match (reached.len(), reached.pop()) {
            (0, _) | (_, None) => Err(Problem::not_found()),
            (1, Some(call)) => Ok(call),
            _ => Err(Problem::refused("several sources have a call of this id; name one as source", "多个来源存在此通话, 请用 source 指定")),
        }
    }

    /// The recording of a call that the scope reaches.
    ///
    /// # Errors
    /// Not found, or a store or the place fails.
    pub(super) async fn find(&self, admin: &Admin, caller: &Caller, data: DataScope, id: &str, source: Option<&str>) -> Result<Found, Problem> {
        let call = self.call(admin, caller, data, id, source).await?;
        if parameters::current(admin.db()).await?.recordings_kept_from(admin.now()).is_some_and(|from| call.started_at < from) {
            return Err(Problem::absent(
                "its time is over: the parameters say for how many days recordings are heard",
                "已超过参数管理中的录音可听天数",
            ));
        }
        let registered = registered(admin, &call).await?;
        // Where it was registered is where it lies; else whatever is there first.
        let names = match registered {
            Some(name) => vec![name],
            None => self.names(&call),
        };
        for name in names {
            if let Some(sound) = Sound::find(&self.objects, &name).await? {
                return Ok(Found { call, sound });
            }
        }
        Err(Problem::absent("there is no recording of this call", "此通话没有录音"))
    }

    fn names(&self, call: &Call) -> Vec<String> {
        let told = call.recording.as_deref().and_then(|file| self.below(file));
        told.into_iter().chain(self.rules.templates.iter().filter_map(|t| t.name(call, &self.rules.zone))).collect()
    }

    /// The name in our place of a file as the switchboard calls it: below the folder where the switchboard keeps recordings,
    /// or no path of a machine at all.
    fn below(&self, file: &str) -> Option<String> {
        let name = match &self.rules.told_below {
            Some(folder) if file.starts_with('/') => file.strip_prefix(folder.trim_end_matches('/'))?.strip_prefix('/')?,
            _ => file,
        };
        is_name(name).then(|| name.to_owned())
    }
}

/// Words between slashes that end in a kind of sound.
pub(super) fn is_name(name: &str) -> bool {
    let odd = |c: char| c.is_control() || c == '\\' || c == ':';
    let words = name.split('/').all(|word| !word.is_empty() && !word.starts_with('.') && !word.contains(odd));
    words && name.len() <= 1_000 && media::of_name(name).is_some()
}

async fn registered(admin: &Admin, call: &Call) -> Result<Option<String>, Problem> {
    let select = Query::select()
        .column("path")
        .from("recordings")
        .and_where(Expr::col("call").eq(&call.call))
        .and_where(Expr::col("source").eq(&call.source))
        .to_owned();
    Ok(admin.db().query_one(&select).await?.map(|row| row.try_get("", "path")).transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        assert!(is_name("2026/11/30/通话 1+2.wav"));
        for bad in ["", "/a.wav", "../a.wav", "a/../b.wav", "a//b.wav", "./a.wav", "a/.b.wav", "a\\b.wav", "a\0.wav", "http://x/a.wav", "a.txt", "a"]
        {
            assert!(!is_name(bad), "{bad:?}");
        }
    }
}
