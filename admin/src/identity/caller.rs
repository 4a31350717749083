//! Whoever sends a request: their rights, each with the rows that it reaches.

use std::collections::BTreeMap;

use callboard_domain::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::problem::Problem;
use crate::resource::tree;
use crate::words::Lang;

/// Holds every right there is.
pub const EVERYTHING: &str = "*";
/// Sees telephone numbers as they are.
pub const PHONES: &str = "phones.see";
/// Sees the walls.
pub const WALL: &str = "wall.view";

/// Whose rows a right reaches, from the narrowest to the widest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataScope {
    /// One's own.
    Own,
    /// Of those who are in one of the same skill groups now.
    SkillGroup,
    /// Of one's group and those below it, and of the groups that one leads.
    Group,
    /// Everybody's.
    All,
}

impl DataScope {
    /// By its name in a role; the narrowest for any other.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "all" => Self::All,
            "group" => Self::Group,
            "skill_group" => Self::SkillGroup,
            _ => Self::Own,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::SkillGroup => "skill_group",
            Self::Group => "group",
            Self::All => "all",
        }
    }
}

/// How somebody is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// Not at all.
    Nobody,
    /// By the session of this id and its page token.
    Session {
        /// The session.
        id: String,
        /// What unsafe requests must carry.
        csrf: String,
    },
    /// By an API token of this id.
    Token(String),
    /// By the key of the screen of this id.
    Device(String),
    /// The server is open: whoever reaches it may do everything.
    Open,
    /// The server itself.
    Server,
}

/// Whoever sends a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// How they are known.
    pub via: Via,
    /// The user, where it is one.
    pub user_id: Option<String>,
    /// For the audit log: a login, or the name of a token.
    pub name: String,
    /// What they read.
    pub lang: Lang,
    /// Where they are.
    pub address: String,
    /// When they asked.
    pub at: Timestamp,
    /// Why, where they say so.
    pub reason: Option<String>,
    /// Their groups with everything below, if a right of theirs reaches groups.
    pub groups: Vec<String>,
    /// Whether all they may do is set a new password.
    pub must_change_password: bool,
    /// The boards that they may see; every one where nothing is said.
    pub boards: Option<Vec<String>>,
    grants: BTreeMap<String, DataScope>,
}

impl Caller {
    /// Somebody without rights.
    #[must_use]
    pub fn nobody(lang: Lang, address: String, at: Timestamp) -> Self {
        Self {
            via: Via::Nobody,
            user_id: None,
            name: String::new(),
            lang,
            address,
            at,
            reason: None,
            groups: Vec::new(),
            must_change_password: false,
            boards: None,
            grants: BTreeMap::new(),
        }
    }

    /// The server itself, for what it does on its own and from its own machine.
    #[must_use]
    pub fn server(at: Timestamp) -> Self {
        let mut caller = Self::nobody(Lang::Zh, String::new(), at);
        caller.via = Via::Server;
        caller.name = "callboard".into();
        caller.grant(EVERYTHING, DataScope::All);
        caller
    }

    /// Gives a right; the widest reach counts.
    pub fn grant(&mut self, right: &str, scope: DataScope) {
        let held = self.grants.entry(right.to_owned()).or_insert(scope);
        *held = (*held).max(scope);
    }

    /// Keeps only the rights that are named, for a token of less than its owner.
    pub fn narrow(&mut self, rights: &[String]) {
        let own = std::mem::take(self);
        for right in rights {
            if let Some(scope) = own.may(right) {
                self.grants.insert(right.clone(), scope);
            }
        }
        let grants = std::mem::take(&mut self.grants);
        *self = Self { grants, ..own };
    }

    /// How far a right reaches, if they have it.
    #[must_use]
    pub fn may(&self, right: &str) -> Option<DataScope> {
        self.grants.get(right).max(self.grants.get(EVERYTHING)).copied()
    }

    /// How far a right reaches.
    ///
    /// # Errors
    /// 401 for nobody, 403 for those who have it not or must change their password first.
    pub fn need(&self, right: &str) -> Result<DataScope, Problem> {
        self.known()?;
        self.may(right).ok_or_else(|| Problem::forbidden(right))
    }

    /// Whether anybody is signed in.
    ///
    /// # Errors
    /// 401 for nobody, 403 for those who must change their password first.
    pub fn known(&self) -> Result<(), Problem> {
        match self.via {
            Via::Nobody => Err(Problem::unauthorized()),
            _ if self.must_change_password => Err(Problem::must_change_password()),
            _ => Ok(()),
        }
    }

    /// Whether they are a person, signed in, and not a key that a person made.
    ///
    /// # Errors
    /// 401 for nobody, 403 for a token, a screen, and those who must change their password first.
    pub fn person(&self) -> Result<(), Problem> {
        self.known()?;
        match self.via {
            Via::Token(_) | Via::Device(_) => Err(Problem::no_person()),
            Via::Nobody | Via::Session { .. } | Via::Open | Via::Server => Ok(()),
        }
    }

    /// Whether they may see a board.
    ///
    /// # Errors
    /// 401 for nobody, 403 for those who may see no walls, or not this one.
    pub fn need_board(&self, board: &str) -> Result<(), Problem> {
        self.need(WALL)?;
        match &self.boards {
            Some(boards) if !boards.iter().any(|b| b == board) => Err(Problem::no_board()),
            _ => Ok(()),
        }
    }

    /// Whether they see telephone numbers as they are.
    #[must_use]
    pub fn sees_phones(&self) -> bool {
        self.may(PHONES).is_some()
    }

    /// The rights they hold, by name.
    pub fn rights(&self) -> impl Iterator<Item = &str> {
        self.grants.keys().map(String::as_str)
    }

    /// The widest that any right of theirs reaches.
    #[must_use]
    pub fn widest(&self) -> DataScope {
        self.grants.values().copied().max().unwrap_or(DataScope::Own)
    }

    /// Gives the rights of a user's enabled roles and finds the groups that they reach.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn take_roles(&mut self, db: &impl ConnectionTrait, user_id: &str) -> Result<(), Problem> {
        for role in roles(db, user_id).await?.into_iter().filter(|role| role.enabled) {
            role.rights.iter().for_each(|right| self.grant(right, role.scope));
        }
        if self.grants.values().any(|s| *s == DataScope::Group) {
            self.groups = groups(db, user_id).await?;
        }
        Ok(())
    }
}

impl Default for Caller {
    fn default() -> Self {
        Self::nobody(Lang::Zh, String::new(), Timestamp::default())
    }
}

/// A role that somebody has.
pub(crate) struct Held {
    pub(crate) rights: Vec<String>,
    pub(crate) scope: DataScope,
    /// Whether it counts now.
    pub(crate) enabled: bool,
}

/// The roles of a user, disabled ones too.
pub(crate) async fn roles(db: &impl ConnectionTrait, user_id: &str) -> Result<Vec<Held>, Problem> {
    let select = Query::select()
        .column(("roles", "rights"))
        .column(("roles", "scope"))
        .column(("roles", "enabled"))
        .from("roles")
        .inner_join("user_roles", Expr::col(("user_roles", "role_id")).equals(("roles", "id")))
        .and_where(Expr::col(("user_roles", "user_id")).eq(user_id))
        .to_owned();
    let mut roles = Vec::new();
    for row in db.query_all(&select).await? {
        let rights = serde_json::from_str(&row.try_get::<String>("", "rights")?).unwrap_or_default();
        roles.push(Held { rights, scope: DataScope::named(&row.try_get::<String>("", "scope")?), enabled: row.try_get("", "enabled")? });
    }
    Ok(roles)
}

/// One's group, the groups that one leads, and everything below them.
async fn groups(db: &impl ConnectionTrait, user_id: &str) -> Result<Vec<String>, Problem> {
    let mut roots: Vec<String> = Vec::new();
    let own = Query::select().column("group_id").from("users").and_where(Expr::col("id").eq(user_id)).to_owned();
    for row in db.query_all(&own).await? {
        roots.extend(row.try_get::<Option<String>>("", "group_id")?);
    }
    let led = Query::select().column("user_group_id").from("user_group_leaders").and_where(Expr::col("user_id").eq(user_id)).to_owned();
    for row in db.query_all(&led).await? {
        roots.push(row.try_get("", "user_group_id")?);
    }
    tree::below(db, "user_groups", roots).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_reach_of_a_right_counts_and_a_token_narrows() {
        let mut caller = Caller { via: Via::Server, ..Caller::default() };
        caller.grant("users.read", DataScope::Own);
        caller.grant("users.read", DataScope::Group);
        caller.grant("users.read", DataScope::SkillGroup);
        assert_eq!(caller.may("users.read"), Some(DataScope::Group));
        assert_eq!(caller.need("users.write").unwrap_err().status(), 403);
        let mut everything = Caller::server(Timestamp::default());
        everything.narrow(&["sql.ask".into()]);
        assert_eq!((everything.may("sql.ask"), everything.may("users.read")), (Some(DataScope::All), None));
        assert_eq!(everything.name, "callboard");
        assert_eq!(Caller::default().need("users.read").unwrap_err().status(), 401);
    }
}
