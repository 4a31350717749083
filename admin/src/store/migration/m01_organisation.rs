//! Users, roles, groups, sessions, the audit log, dictionaries and skill groups.

use crate::store::table::{Refers, flag, index, number, number_null, pairs, table, text, text_null, unique};

super::migration!(
    "m01_organisation",
    [
        table("user_groups", vec![text("name"), text_null("parent_id"), number("position"), flag("enabled")]).refers("parent_id", "user_groups"),
        table(
            "users",
            vec![
                text("login"),
                text("name"),
                text_null("agent"),
                text_null("phone"),
                text_null("email"),
                text_null("group_id"),
                text("language"),
                text("theme"),
                flag("enabled"),
                flag("must_change_password"),
                number_null("last_sign_in_at"),
                text_null("password_hash"),
            ],
        )
        .refers("group_id", "user_groups"),
        table("roles", vec![text("name"), text_null("description"), text("rights"), text("scope"), flag("built_in"), flag("enabled")]),
        pairs("user_roles", ("user_id", "users"), ("role_id", "roles")),
        pairs("user_group_leaders", ("user_group_id", "user_groups"), ("user_id", "users")),
        table(
            "sessions",
            vec![
                text("user_id"),
                text("secret_hash"),
                text_null("previous_hash"),
                text("csrf"),
                number("rotated_at"),
                number("used_at"),
                number("expires_at"),
                text("address"),
                text("agent"),
            ],
        )
        .belongs("user_id", "users"),
        table("sign_in_failures", vec![text("login"), number("failures"), number("locked_until")]),
        table(
            "audit",
            vec![
                text_null("actor_id"),
                text("actor"),
                text("action"),
                text("resource"),
                text_null("target"),
                text("label"),
                text_null("before"),
                text_null("after"),
                text("address"),
            ],
        ),
        table("dictionaries", vec![text("code"), text("name"), text_null("description"), flag("enabled")]),
        table(
            "dictionary_options",
            vec![text("dictionary_id"), text("value"), text("title_zh"), text("title_en"), number("position"), flag("enabled")]
        )
        .refers("dictionary_id", "dictionaries"),
        table("skill_groups", vec![text("name"), text("queue"), text_null("description"), flag("enabled")]),
        table("skill_group_members", vec![text("skill_group_id"), text("user_id"), number("level"), number("from_at"), number_null("to_at")])
            .refers("skill_group_id", "skill_groups")
            .refers("user_id", "users"),
    ],
    [
        unique("users", &["login"]),
        unique("users", &["agent"]),
        index("users", &["group_id"]),
        unique("roles", &["name"]),
        index("user_roles", &["role_id"]),
        index("user_group_leaders", &["user_id"]),
        unique("sessions", &["secret_hash"]),
        unique("sessions", &["previous_hash"]),
        index("sessions", &["user_id"]),
        unique("sign_in_failures", &["login"]),
        index("audit", &["created_at", "id"]),
        index("audit", &["resource", "target"]),
        unique("dictionaries", &["code"]),
        unique("dictionary_options", &["dictionary_id", "value"]),
        unique("skill_groups", &["name"]),
        unique("skill_groups", &["queue"]),
        index("skill_group_members", &["user_id"]),
        index("skill_group_members", &["skill_group_id", "user_id"]),
    ]
);
