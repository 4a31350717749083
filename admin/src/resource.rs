//! What an entity says about itself: its table, fields, labels and rules, once.
//!
//! From a descriptor come the list with filters and paging, view, create, edit, delete, import, export, audit, rights,
//! the OpenAPI document and what the console draws. An entity adds only what is its own, as [`Rules`] and routes.

pub mod ask;
pub mod beside;
pub mod body;
pub mod column;
pub mod dictionary;
pub mod list;
pub mod many;
pub mod scope;
pub mod terms;
pub mod tree;
pub mod write;

use crate::words::{Lang, Words};
pub use write::{Rules, Write};

/// A row as the API speaks of it: field names to JSON.
pub type Record = serde_json::Map<String, serde_json::Value>;

/// One entity.
#[derive(Clone, Copy)]
pub struct Resource {
    /// Its name in the audit log and, unless its features say otherwise, the prefix of its rights, such as `users`.
    pub name: &'static str,
    /// Below `/api/v1/`.
    pub path: &'static str,
    /// Its table; beside the fields' columns it has `id`, `version`, `created_at` and `updated_at`.
    pub table: &'static str,
    /// What people call it.
    pub title: Words,
    /// Where the menu shows it.
    pub menu: Menu,
    /// Its fields, in the order of forms.
    pub fields: &'static [Field],
    /// What may be done with it.
    pub features: Features,
    /// The field that names a row in references and in the audit log.
    pub label: &'static str,
    /// Order of lists that name none: a sortable field, `created_at` or `updated_at`, `-` before it for the latest first.
    pub sort: &'static str,
    /// Whose a row is, for roles that do not see everybody's.
    pub scope: Scope,
    /// Its own rules.
    pub rules: &'static dyn Rules,
}

/// Where the menu shows a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Menu {
    Organisation,
    Settings,
    Lists,
    Knowledge,
    Customers,
    Calls,
    System,
}

impl Menu {
    /// Its name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Settings => "settings",
            Self::Lists => "lists",
            Self::Knowledge => "knowledge",
            Self::Customers => "customers",
            Self::Calls => "calls",
            Self::System => "system",
        }
    }
}

/// What may be done with a resource through the shared routes; reading always may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Features {
    /// `POST`.
    pub create: bool,
    /// `PATCH`.
    pub edit: bool,
    /// `DELETE`.
    pub remove: bool,
    /// `POST .../imports`; the field by which a row of a file finds its row here.
    pub import: Option<&'static str>,
    /// `GET .../export`.
    pub export: bool,
    /// Has `parent_id` and `position`, and `GET .../tree`.
    pub tree: bool,
    /// The resource whose rights it goes by, where it has none of its own.
    pub rights: Option<&'static str>,
}

impl Features {
    /// Create, edit, delete and export.
    pub const ALL: Self = Self { create: true, edit: true, remove: true, import: None, export: true, tree: false, rights: None };
    /// Read and export only.
    pub const READ: Self = Self { create: false, edit: false, remove: false, import: None, export: true, tree: false, rights: None };

    /// With import; rows are found by this field.
    #[must_use]
    pub const fn import(mut self, key: &'static str) -> Self {
        self.import = Some(key);
        self
    }

    /// As a tree.
    #[must_use]
    pub const fn tree(mut self) -> Self {
        self.tree = true;
        self
    }

    /// By the rights of another resource.
    #[must_use]
    pub const fn by_rights_of(mut self, resource: &'static str) -> Self {
        self.rights = Some(resource);
        self
    }

    /// Never deleted.
    #[must_use]
    pub const fn kept(mut self) -> Self {
        self.remove = false;
        self
    }
}

/// Whose a row is.
#[derive(Debug, Clone, Copy)]
pub enum Scope {
    /// Everybody's who has the right.
    Everyone,
    /// The user's whose id is in this column.
    User(&'static str),
    /// The user group's whose id is in this column.
    Group(&'static str),
    /// The user's in the column; rows of nobody are everybody's.
    UserOrNobody(&'static str),
    /// Whoever's the row is that this column refers to.
    Of(&'static str, &'static Resource),
}

/// A closed choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// In the API and the table.
    pub value: &'static str,
    /// For people.
    pub title: Words,
}

impl Choice {
    /// Value, English, Chinese.
    #[must_use]
    pub const fn new(value: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self { value, title: Words::new(en, zh) }
    }
}

/// Many rows of another resource, kept in a table of pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The resource that is linked to.
    pub resource: &'static str,
    /// The table of pairs.
    pub table: &'static str,
    /// Its column with this row's id.
    pub own: &'static str,
    /// Its column with the other row's id.
    pub other: &'static str,
}

/// What a field holds. In JSON: text for all but numbers, booleans and lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A whole number within bounds.
    Number {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A length of time in milliseconds; people read minutes and seconds.
    Duration,
    /// An amount in hundredths; in JSON text with two decimals, such as `"12.50"`.
    Money,
    /// Yes or no.
    Bool,
    /// A point in time, RFC 3339; ms since the epoch in the table.
    Instant,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// One of a closed choice.
    Choice(&'static [Choice]),
    /// The value of an option of the dictionary with this code; its title comes beside it as `<field>_label`.
    Dictionary(&'static str),
    /// A row of another resource by its id; its label comes beside it as `<field>_label`.
    Reference(&'static str),
    /// Several rows of another resource; labels come beside them as `<field>_label`.
    Links(Link),
    /// A telephone number: digits after an optional `+`.
    Phone,
    /// A mail address.
    Email,
    /// Short texts.
    List,
    /// Telephone numbers.
    Phones,
    /// Any JSON object or list; never filtered, not in imports.
    Json,
}

impl Kind {
    /// Its name in `/api/v1/meta`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "longtext",
            Self::Number { .. } => "number",
            Self::Duration => "duration",
            Self::Money => "money",
            Self::Bool => "bool",
            Self::Instant => "instant",
            Self::Date => "date",
            Self::Choice(_) => "choice",
            Self::Dictionary(_) => "dictionary",
            Self::Reference(_) => "reference",
            Self::Links(_) => "references",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::List => "list",
            Self::Phones => "phones",
            Self::Json => "json",
        }
    }
}

/// One field: a column of the table, or pairs of a link.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// In the API and, but for links and secrets, the column.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What people call it.
    pub title: Words,
    /// Must be there when a row is made, and never empty after.
    pub required: bool,
    /// Most characters of a text, most entries of a list.
    pub max: usize,
    /// No two rows have the same.
    pub unique: bool,
    /// Lists can be filtered by it.
    pub filter: bool,
    /// Lists can be sorted by it.
    pub sort: bool,
    /// `q` looks into it.
    pub search: bool,
    /// Lists show it unless the user chooses otherwise.
    pub shown: bool,
    /// Written by the server only.
    pub readonly: bool,
    /// Can only be set when the row is made.
    pub fixed: bool,
    /// Taken and never shown, such as a password; not a column, the rules make one of it.
    pub secret: bool,
    /// What a new row has where nothing is said.
    pub default: Option<&'static str>,
}

impl Field {
    /// A field by name, kind and its labels in English and Chinese.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind, en: &'static str, zh: &'static str) -> Self {
        let max = match kind {
            Kind::LongText | Kind::Json => 20_000,
            Kind::Links(_) | Kind::List | Kind::Phones => 100,
            _ => 200,
        };
        Self {
            name,
            kind,
            title: Words::new(en, zh),
            required: false,
            max,
            unique: false,
            filter: false,
            sort: false,
            search: false,
            shown: true,
            readonly: false,
            fixed: false,
            secret: false,
            default: None,
        }
    }

    /// One line of text.
    #[must_use]
    pub const fn text(name: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self::new(name, Kind::Text, en, zh)
    }

    /// Yes or no.
    #[must_use]
    pub const fn flag(name: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self::new(name, Kind::Bool, en, zh).default("false").filter()
    }

    /// `enabled`, which every resource that can be disabled has.
    #[must_use]
    pub const fn enabled() -> Self {
        Self::new("enabled", Kind::Bool, "Enabled", "启用").default("true").filter()
    }

    /// A whole number.
    #[must_use]
    pub const fn number(name: &'static str, least: i64, most: i64, en: &'static str, zh: &'static str) -> Self {
        Self::new(name, Kind::Number { least, most }, en, zh)
    }

    /// A length of time; its name ends in `_ms`.
    #[must_use]
    pub const fn duration(name: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self::new(name, Kind::Duration, en, zh)
    }

    /// A row of another resource.
    #[must_use]
    pub const fn reference(name: &'static str, resource: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self::new(name, Kind::Reference(resource), en, zh).filter()
    }

    /// Must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Most characters, or entries.
    #[must_use]
    pub const fn max(mut self, max: usize) -> Self {
        self.max = max;
        self
    }

    /// No two rows have the same.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Lists can be filtered by it.
    #[must_use]
    pub const fn filter(mut self) -> Self {
        self.filter = true;
        self
    }

    /// Lists can be filtered and sorted by it, and `q` looks into it.
    #[must_use]
    pub const fn found(mut self) -> Self {
        self.filter = true;
        self.sort = true;
        self.search = true;
        self
    }

    /// Lists can be sorted by it.
    #[must_use]
    pub const fn sort(mut self) -> Self {
        self.sort = true;
        self
    }

    /// `q` looks into it.
    #[must_use]
    pub const fn search(mut self) -> Self {
        self.search = true;
        self
    }

    /// Not in lists unless the user chooses it.
    #[must_use]
    pub const fn hidden(mut self) -> Self {
        self.shown = false;
        self
    }

    /// Written by the server only.
    #[must_use]
    pub const fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }

    /// Set once.
    #[must_use]
    pub const fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// Taken and never shown.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self.shown = false;
        self
    }

    /// What a new row has; as in a query, such as `true` or `0`.
    #[must_use]
    pub const fn default(mut self, text: &'static str) -> Self {
        self.default = Some(text);
        self
    }

    /// Whether the table has a column of its name.
    #[must_use]
    pub const fn is_column(&self) -> bool {
        !self.secret && !matches!(self.kind, Kind::Links(_))
    }

    /// Whether what people call its value comes beside it as `<field>_label`.
    #[must_use]
    pub const fn has_label(&self) -> bool {
        matches!(self.kind, Kind::Reference(_) | Kind::Links(_) | Kind::Dictionary(_))
    }

    /// What its values are called where they stand as they are kept, as in a file: with their unit.
    #[must_use]
    pub fn heading(&self, lang: Lang) -> String {
        match (self.kind, lang) {
            (Kind::Duration, Lang::En) => format!("{}, ms", self.title.en),
            (Kind::Duration, Lang::Zh) => format!("{}（毫秒）", self.title.zh),
            _ => self.title.get(lang).to_owned(),
        }
    }

    /// The name of what people call its value.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}_label", self.name)
    }

    /// Whether it is a telephone number, which only some may see.
    #[must_use]
    pub const fn is_phone(&self) -> bool {
        matches!(self.kind, Kind::Phone | Kind::Phones)
    }
}

impl Resource {
    /// A field by its name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// One of its rights, such as `users.read`.
    #[must_use]
    pub fn right(&self, action: &str) -> String {
        format!("{}.{action}", self.features.rights.unwrap_or(self.name))
    }

    /// The fields that are columns.
    pub fn columns(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields.iter().filter(|f| f.is_column())
    }

    /// Whether rows can be disabled.
    #[must_use]
    pub fn can_disable(&self) -> bool {
        self.features.edit && self.field("enabled").is_some()
    }
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resource").field("name", &self.name).finish_non_exhaustive()
    }
}
