//! A million entries of black and red lists on SQLite (or on the PostgreSQL of a URL): how long a lookup takes while
//! entries are written, and how long a file of 100,000 rows takes and holds others up.
//!
//! `cargo run --release -p callboard-desk --example million_lists [-- postgres://..]`

#[path = "measuring/house.rs"]
mod house;

use std::time::Duration;

use axum::http::Method;
use callboard_admin::Admin;
use house::{House, now, shown, spread};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, Query};

const ENTRIES: i64 = 1_000_000;
const CHUNK: i64 = 1_000;
const LOOKUPS: i64 = 20_000;
const ROWS: usize = 100_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let house = House::open(std::env::args().nth(1)).await?;
    fill(&house.admin).await?;
    lookups(&house).await?;
    for (what, path) in [
        ("first page", "/lists"),
        ("of one kind, in force", "/lists?kind=red&in_force=true"),
        ("waiting for approval, counted", "/lists?state=requested&count=true"),
        ("q: a beginning", "/lists?q=1300012"),
        ("most hits first", "/lists?sort=-hits"),
    ] {
        house.timed(what, path, 20).await?;
    }
    import(&house).await
}

/// Numbers that are there and numbers that are not, one after the other, as calls come; some are decided meanwhile.
async fn lookups(house: &House) -> anyhow::Result<()> {
    let mut took = Vec::new();
    for n in 0..LOOKUPS {
        let number = if n % 2 == 0 { format!("130{:08}", n * 7_919 % ENTRIES) } else { format!("189{:08}", n * 7_919 % ENTRIES) };
        took.push(house.once(&format!("/lists/lookup?number={number}")).await?.0);
    }
    println!("{LOOKUPS} lookups, every second one a hit: {}", spread(took));
    Ok(())
}

/// A file on its way in, and beside it somebody who writes: that is what signing in does.
async fn import(house: &House) -> anyhow::Result<()> {
    let mut file = String::from("kind,number,reason\n");
    (0..ROWS).for_each(|n| file.push_str(&format!("black,188{n:08},file\n")));
    let start = now();
    let begun = house.send(Method::POST, "/lists/imports", "text/csv", file).await?.1;
    let path = format!("/imports/{}", begun.get("id").and_then(serde_json::Value::as_str).unwrap_or_default());
    let (mut blocked, mut refused, mut checked) = (Vec::new(), 0, None);
    let job = loop {
        let mark = now();
        let name = format!("{{\"name\": \"g{}\"}}", blocked.len());
        refused += usize::from(house.send(Method::POST, "/user-groups", "application/json", name).await.is_err());
        blocked.push(mark.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
        let job = house.once(&path).await?.1;
        if job.get("done") == job.get("rows") && job.get("rows") != Some(&0.into()) {
            checked.get_or_insert_with(|| start.elapsed());
        }
        if !matches!(job.get("state").and_then(serde_json::Value::as_str), Some("queued" | "running")) {
            break job;
        }
    };
    let (state, accepted) = (job.get("state").cloned().unwrap_or_default(), job.get("accepted").cloned().unwrap_or_default());
    println!("a file of {ROWS} rows: {}, state {state}, accepted {accepted}", shown(start.elapsed()));
    println!("checked after {}; other writes meanwhile, {refused} of them refused: {}", shown(checked.unwrap_or_default()), spread(blocked));
    Ok(())
}

/// Rows as the rules write them, in bulk: nine in ten approved, one in ten waiting; one in a thousand red.
async fn fill(admin: &Admin) -> anyhow::Result<()> {
    let columns =
        ["id", "version", "created_at", "updated_at", "kind", "matching", "number", "treatment", "reason", "state", "from_at", "hits", "open_key"];
    for chunk in 0..ENTRIES / CHUNK {
        let mut rows = Query::insert();
        rows.into_table("lists").columns(columns);
        for n in chunk * CHUNK..(chunk + 1) * CHUNK {
            let at = 1_700_000_000_000 + n * 1_000;
            let (kind, number) = (if n % 1_000 == 0 { "red" } else { "black" }, format!("130{n:08}"));
            rows.values_panic([
                Expr::val(format!("0000{n:08x}-0000-7000-8000-000000000000")),
                Expr::val(1_i64),
                Expr::val(at),
                Expr::val(at),
                Expr::val(kind),
                Expr::val("exact"),
                Expr::val(&number),
                Expr::val((kind == "black").then_some("reject")),
                Expr::val("骚扰"),
                Expr::val(if n % 10 == 9 { "requested" } else { "approved" }),
                Expr::val(at),
                Expr::val(0_i64),
                Expr::val(format!("{kind}:exact:{number}")),
            ]);
        }
        let tx = admin.begin().await.map_err(|p| anyhow::anyhow!("{p:?}"))?;
        tx.execute(&rows).await?;
        tx.commit().await?;
    }
    admin.db().execute_unprepared("ANALYZE").await?;
    Ok(())
}
