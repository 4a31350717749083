//! Bulletins, extensions and parameters.

use sea_orm::sea_query::{ColumnDef, Index, Table};

use crate::store::table::{Refers, flag, index, number, number_null, pairs, table, text, text_null, unique};

super::migration!(
    "m12_service",
    [
        table(
            "bulletins",
            vec![
                text("title"),
                text("body"),
                text("level"),
                number("from_at"),
                number_null("until_at"),
                flag("on_wall"),
                flag("enabled"),
                text_null("author_id"),
            ],
        ),
        pairs("bulletin_groups", ("bulletin_id", "bulletins"), ("group_id", "user_groups")),
        Table::create()
            .table("bulletin_reads")
            .col(ColumnDef::new("bulletin_id").string_len(40).not_null())
            .col(ColumnDef::new("user_id").string_len(40).not_null())
            .col(number("at"))
            .primary_key(Index::create().col("bulletin_id").col("user_id"))
            .to_owned()
            .belongs("bulletin_id", "bulletins")
            .belongs("user_id", "users"),
        table("extensions", vec![text("number"), text("name"), text("kind"), text_null("user_id"), text_null("note"), flag("enabled")])
            .refers("user_id", "users"),
        table(
            "parameters",
            vec![
                text("title_zh"),
                text("title_en"),
                number("wrap_up_limit_s"),
                number("claim_limit"),
                number("claim_limit_day"),
                number("calls_kept_days"),
                number("recordings_kept_days"),
                number("mask_head"),
                number("mask_tail"),
                flag("lists_approval"),
                text_null("softphone_url"),
                text_null("softphone_stun"),
                text("softphone_ring"),
                flag("softphone_auto_answer"),
                number("softphone_ring_limit_s"),
            ],
        ),
        table("images", vec![text("name"), text("media_type"), ColumnDef::new("content").blob().not_null().to_owned()]),
        table(
            "queue_targets",
            vec![text("skill_group_id"), number("from_at"), number("target_s"), number("short_limit_s"), text("variant"), text_null("note")],
        )
        .refers("skill_group_id", "skill_groups"),
        table(
            "pause_reasons",
            vec![text("code"), text("title_zh"), text("title_en"), flag("working"), number_null("limit_s"), number("position"), flag("enabled")]
        ),
        table("business_hours", vec![text("name"), text("zone"), text("week"), text_null("note"), flag("enabled")]),
        table("holidays", vec![text("day"), text("name"), text("kind"), text_null("hours")]),
    ],
    [
        index("bulletins", &["from_at", "id"]),
        index("bulletin_groups", &["group_id"]),
        unique("extensions", &["number"]),
        index("extensions", &["user_id"]),
        unique("images", &["name"]),
        unique("queue_targets", &["skill_group_id", "from_at"]),
        unique("pause_reasons", &["code"]),
        unique("business_hours", &["name"]),
        unique("holidays", &["day"]),
    ]
);
