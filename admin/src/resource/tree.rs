//! Resources whose rows stand below one another: `GET .../tree`, and no row below itself.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Order, Query};
use serde::Serialize;

use super::{Resource, Write, scope};
use crate::Admin;
use crate::identity::{Caller, DataScope};
use crate::problem::Problem;

/// The deepest that rows may stand.
const DEEPEST: usize = 20;
/// The most rows of a tree.
const MOST: u64 = 20_000;

/// A row and those below it.
#[derive(Debug, Serialize)]
pub struct Node {
    id: String,
    parent_id: Option<String>,
    label: String,
    children: Vec<Node>,
}

/// The whole tree that the caller may see; a row whose parent is hidden stands at the top.
///
/// # Errors
/// When the store fails.
pub async fn tree(admin: &Admin, caller: &Caller, resource: &'static Resource, data: DataScope) -> Result<Vec<Node>, Problem> {
    let mut select = Query::select();
    select.columns(["id", "parent_id", resource.label]).from(resource.table);
    select.cond_where(scope::visible(resource, caller, data).unwrap_or_else(Cond::all));
    select.order_by("position", Order::Asc).order_by(resource.label, Order::Asc).limit(MOST);
    let mut nodes = Vec::new();
    for row in admin.db().query_all(&select).await? {
        let (id, parent_id) = (row.try_get("", "id")?, row.try_get("", "parent_id")?);
        nodes.push(Node { id, parent_id, label: row.try_get("", resource.label)?, children: Vec::new() });
    }
    Ok(nest(nodes))
}

fn nest(nodes: Vec<Node>) -> Vec<Node> {
    let known: std::collections::HashSet<String> = nodes.iter().map(|n| n.id.clone()).collect();
    let mut below: HashMap<Option<String>, Vec<Node>> = HashMap::new();
    for node in nodes {
        below.entry(node.parent_id.clone().filter(|p| known.contains(p))).or_default().push(node);
    }
    hang(None, &mut below, 0)
}

fn hang(parent: Option<String>, below: &mut HashMap<Option<String>, Vec<Node>>, depth: usize) -> Vec<Node> {
    let mut nodes = below.remove(&parent).unwrap_or_default();
    if depth < DEEPEST {
        nodes.iter_mut().for_each(|node| node.children = hang(Some(node.id.clone()), below, depth + 1));
    }
    nodes
}

/// Refuses a parent that stands below the row itself, and more levels than are drawn.
pub(super) async fn no_circle(write: &mut Write<'_>) -> Result<(), Problem> {
    if !write.changes("parent_id") {
        return Ok(());
    }
    let mut parent = write.text("parent_id").map(str::to_owned);
    for _ in 0..DEEPEST {
        let Some(id) = parent else { return Ok(()) };
        if id == write.id {
            write.refuse("parent_id", "cannot stand below itself", "不能位于自身之下");
            return Ok(());
        }
        parent = match write.earlier.and_then(|earlier| earlier.above(&id)) {
            Some(above) => above,
            None => {
                let above = Query::select().column("parent_id").from(write.resource.table).and_where(Expr::col("id").eq(id)).to_owned();
                write.tx.query_one(&above).await?.map(|row| row.try_get::<Option<String>>("", "parent_id")).transpose()?.flatten()
            }
        };
    }
    write.refuse("parent_id", format!("may stand at most {DEEPEST} levels deep"), format!("层级最多 {DEEPEST} 层"));
    Ok(())
}

/// Whether these rows all stand below a top that is not too far up. Rows of a file are checked long before they are kept, and somebody
/// else may have moved what they stand below.
pub(super) async fn stands(db: &impl ConnectionTrait, resource: &Resource, ids: &[String]) -> Result<bool, Problem> {
    let mut above: HashMap<String, Option<String>> = HashMap::new();
    for row in db.query_all(&Query::select().columns(["id", "parent_id"]).from(resource.table).to_owned()).await? {
        above.insert(row.try_get("", "id")?, row.try_get("", "parent_id")?);
    }
    let climbs = |id: &String| {
        let mut parent = above.get(id).and_then(Option::as_ref);
        for _ in 0..DEEPEST {
            let Some(next) = parent else { return true };
            parent = above.get(next).and_then(Option::as_ref);
        }
        false
    };
    Ok(ids.iter().all(climbs))
}

/// Ids of rows and of everything below them.
///
/// # Errors
/// When the store fails.
pub async fn below(db: &impl ConnectionTrait, table: &'static str, roots: Vec<String>) -> Result<Vec<String>, Problem> {
    let mut all = roots;
    let mut level = all.clone();
    for _ in 0..DEEPEST {
        if level.is_empty() {
            break;
        }
        let select = Query::select().column("id").from(table).and_where(Expr::col("parent_id").is_in(level)).to_owned();
        let mut next: Vec<String> = Vec::new();
        for row in db.query_all(&select).await? {
            next.push(row.try_get("", "id")?);
        }
        next.retain(|id| !all.contains(id));
        all.extend(next.iter().cloned());
        level = next;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_whose_parent_is_hidden_stands_at_the_top() {
        let node = |id: &str, parent: Option<&str>| Node { id: id.into(), parent_id: parent.map(Into::into), label: id.into(), children: Vec::new() };
        let tree = nest(vec![node("b", Some("a")), node("c", Some("b")), node("d", Some("hidden"))]);
        assert!(tree.iter().all(|n| n.id != "b" || n.children.len() == 1));
        assert_eq!(tree.iter().map(|n| n.id.as_str()).collect::<Vec<_>>(), ["b", "d"]);
    }
}
