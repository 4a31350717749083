//! Extensions, parameters and reasons for a pause.

use crate::store::table::{Refers, flag, index, number, number_null, table, text, text_null, unique};

super::migration!(
    "m12_parameters",
    [
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
        table(
            "pause_reasons",
            vec![text("code"), text("title_zh"), text("title_en"), flag("working"), number_null("limit_s"), number("position"), flag("enabled")],
        ),
    ],
    [unique("extensions", &["number"]), index("extensions", &["user_id"]), unique("pause_reasons", &["code"])]
);
