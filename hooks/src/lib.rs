//! Web hooks (网络钩子): what happens in the organisation's tables is posted to addresses that administrators name.
//!
//! A part of the organisation in the way of `callboard-admin`: the server adds [`PART`], gives it [`Hooks`] and runs [`run`].
//! The source is the audit log: a trigger notes each new row of it in an outbox, in the transaction that writes the row.

pub mod counts;
mod deliveries;
mod event;
mod fault;
mod form;
mod guard;
mod hook;
mod migration;
mod outbox;
mod post;
mod routes;
mod signature;
mod turn;
mod work;

use std::sync::Arc;

use callboard_admin::Admin;
use callboard_admin::part::Part;
use callboard_admin::random::{Random, secret};
use callboard_admin::store::migration::Steps;
use jiff::tz::TimeZone;

use form::Message;
use hook::Hook;
use post::Outcome;

pub use deliveries::{ATTEMPTS, DELIVERIES};
pub use guard::{Guard, Settings};
pub use hook::WEB_HOOKS;
pub use post::{Error, Names, Patience, System};
pub use work::{round, run, sweep};

/// What is added to the organisation.
pub static PART: Part =
    Part { resources: &[&WEB_HOOKS, &DELIVERIES, &ATTEMPTS], routes: routes::routes, migrations: Some(Steps::of::<migration::Tree>()) };

/// What sends, one in each process; the server gives it to the organisation.
pub struct Hooks {
    guard: Guard,
    post: post::Post,
    /// Whose times stand in messages that people read.
    zone: TimeZone,
    /// Under this name it holds hooks while it sends for them.
    owner: String,
    counts: counts::Counts,
}

impl Hooks {
    /// By the configuration; names are resolved as this machine does it.
    ///
    /// # Errors
    /// The file of certificates cannot be read, or no client of HTTP can be made.
    pub fn open(settings: &Settings, zone: TimeZone, random: &dyn Random) -> Result<Self, Error> {
        Self::with(settings, zone, random, Arc::new(System), Patience::default())
    }

    /// With other names and another patience.
    ///
    /// # Errors
    /// As [`Hooks::open`].
    pub fn with(settings: &Settings, zone: TimeZone, random: &dyn Random, names: Arc<dyn Names>, patience: Patience) -> Result<Self, Error> {
        let guard = Guard::new(settings);
        let post = post::Post::new(settings, guard.clone(), names, patience)?;
        Ok(Self { guard, post, zone, owner: secret(random), counts: counts::Counts::default() })
    }

    /// What it has sent since it began.
    #[must_use]
    pub const fn counts(&self) -> &counts::Counts {
        &self.counts
    }

    /// Posts a message for a hook; what came of it.
    async fn send(&self, admin: &Admin, hook: &Hook, previous_until: Option<i64>, message: &Message) -> Outcome {
        let ready = async { Ok((hook.url(admin, &self.guard).await?, hook.secrets(admin, previous_until).await?)) };
        match ready.await {
            Ok((url, secrets)) => self.post.send(hook.form, hook.form.request(url, message, &secrets, admin.now())).await,
            Err(fault) => Outcome::of(fault),
        }
    }
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks").field("guard", &self.guard).finish_non_exhaustive()
    }
}
