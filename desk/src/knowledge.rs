//! The knowledge tree (知识树): where articles stand.

use callboard_admin::resource::write::Plain;
use callboard_admin::resource::{Features, Field, Menu, Resource, Scope};
use callboard_admin::words::Words;

/// The nodes of the tree.
pub static NODES: Resource = Resource {
    name: "knowledge",
    path: "knowledge-nodes",
    table: "knowledge_nodes",
    title: Words::new("Knowledge tree", "知识树"),
    menu: Menu::Knowledge,
    fields: &[
        Field::text("name", "Name", "名称").required().max(64).found(),
        Field::reference("parent_id", "knowledge", "Above", "上级"),
        Field::number("position", 0, 1_000_000, "Position", "顺序").default("0").sort().hidden(),
        Field::enabled(),
    ],
    features: Features::ALL.tree(),
    label: "name",
    sort: "position",
    scope: Scope::Everyone,
    rules: &Plain,
};
