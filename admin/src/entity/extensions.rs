//! Extensions (分机): telephones of the switchboard and who sits at them.

use async_trait::async_trait;

use crate::problem::Problem;
use crate::resource::write::{Rules, Write};
use crate::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use crate::words::Words;

const KINDS: &[Choice] = &[
    Choice::new("sip", "Desk telephone", "SIP 话机"),
    Choice::new("webrtc", "In the browser", "WebRTC 软电话"),
    Choice::new("outside", "Outside number", "外线"),
];

/// The extensions.
pub static EXTENSIONS: Resource = Resource {
    name: "extensions",
    path: "extensions",
    table: "extensions",
    title: Words::new("Extensions", "分机"),
    menu: Menu::Organisation,
    fields: &[
        Field::text("number", "Number", "分机号").required().unique().max(20).found(),
        Field::text("name", "Name", "名称").required().max(64).found(),
        Field::new("kind", Kind::Choice(KINDS), "Kind", "类型").default("sip").filter(),
        Field::reference("user_id", "users", "User", "使用人"),
        Field::text("note", "Note", "备注").hidden(),
        Field::enabled(),
    ],
    features: Features::ALL.import("number"),
    label: "number",
    sort: "number",
    scope: Scope::UserOrNobody("user_id"),
    rules: &ExtensionRules,
};

struct ExtensionRules;

#[async_trait]
impl Rules for ExtensionRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        let number = write.text("number").unwrap_or_default();
        if !number.bytes().all(|b| b.is_ascii_digit() || b == b'*' || b == b'#' || b == b'+') {
            write.refuse("number", "may have digits, *, # and +", "只能包含数字、*、# 和 +");
        }
        Ok(())
    }
}
