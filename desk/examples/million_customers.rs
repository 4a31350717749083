//! A million customers on SQLite (or on the PostgreSQL of a URL) and the time that their lists take, through the router.
//!
//! `cargo run --release -p callboard-desk --example million_customers [-- postgres://..]`

#[path = "measuring/house.rs"]
#[allow(dead_code, reason = "other measurements need more of it")]
mod house;

use callboard_admin::Admin;
use callboard_domain::Timestamp;
use house::House;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, Query};

const CUSTOMERS: i64 = 1_000_000;
const CHUNK: i64 = 500;
const RUNS: usize = 20;
const SURNAMES: [&str; 10] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "欧阳", "林"];
const GIVEN: [&str; 12] = ["小明", "秀英", "建国", "子轩", "晓燕", "志强", "雨欣", "丽华", "浩宇", "文博", "伟", "芳"];
const LEVELS: [&str; 4] = ["normal", "silver", "gold", "vip"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let house = House::open(std::env::args().nth(1)).await?;
    fill(&house.admin).await?;
    house.admin.db().execute_unprepared("ANALYZE").await?;
    let deep = deep(&house).await?;
    for (what, path) in [
        ("first page", "/customers".to_owned()),
        ("first page, counted", "/customers?count=true".to_owned()),
        ("page at the middle", format!("/customers?cursor={deep}")),
        ("by name", "/customers?sort=name".to_owned()),
        ("one level in four", "/customers?level=vip&count=true".to_owned()),
        ("a tag of one in 1,000", "/customers?tags=t7".to_owned()),
        ("a tag of one in 10", "/customers?tags=big3".to_owned()),
        ("the public pool", "/customers?owner_id=".to_owned()),
        ("q: a whole name", "/customers?q=%E6%AC%A7%E9%98%B3%E5%B0%8F%E6%98%8E".to_owned()),
        ("q: given name of one in 12", "/customers?q=%E5%B0%8F%E6%98%8E".to_owned()),
        ("q: surname of one in 10", "/customers?q=%E7%8E%8B".to_owned()),
        ("q: nothing", "/customers?q=%E7%81%AB%E6%98%9F".to_owned()),
        ("q: end of a number", "/customers?q=4321".to_owned()),
        ("q: whole number", "/customers?q=13000054321".to_owned()),
        ("own field, range of one in 1,000", "/customers?own.assets.from=999".to_owned()),
        ("own field, range of half", "/customers?own.assets.from=500".to_owned()),
        ("screen-pop", "/screen-pop?number=13000054321".to_owned()),
    ] {
        house.timed(what, &path, RUNS).await?;
    }
    Ok(())
}

/// A cursor in the middle of the list.
async fn deep(house: &House) -> anyhow::Result<String> {
    let middle = Timestamp::from_millis(1_700_000_000_000 + CUSTOMERS / 2 * 1_000);
    let (_, page) = house.once(&format!("/customers?created_at.to={middle}&limit=1")).await?;
    Ok(page.get("next").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
}

/// Rows as the rules write them, in bulk.
async fn fill(admin: &Admin) -> anyhow::Result<()> {
    for chunk in 0..CUSTOMERS / CHUNK {
        let tx = admin.begin().await.map_err(|p| anyhow::anyhow!("{p:?}"))?;
        let (mut rows, mut numbers, mut terms) = (Query::insert(), Query::insert(), Query::insert());
        rows.into_table("customers").columns(["id", "version", "created_at", "updated_at", "name", "level", "phones", "tags", "own"]);
        numbers.into_table("customer_numbers").columns(["number", "customer_id"]);
        terms.into_table("customer_terms").columns(["kind", "value", "number", "customer_id"]);
        for n in chunk * CHUNK..(chunk + 1) * CHUNK {
            let pick = |list: &[&str], by: i64| list.get(usize::try_from(by).unwrap_or(0) % list.len()).copied().unwrap_or_default().to_owned();
            let (id, number) = (format!("0000{n:08x}-0000-7000-8000-{:012x}", n.wrapping_mul(2_654_435_761) & 0xffff_ffff), format!("130{n:08}"));
            let name = format!("{}{}", pick(&SURNAMES, n), pick(&GIVEN, n / 10));
            let (rare, common) = (format!("t{}", n % 1_000), format!("big{}", n / 7 % 10));
            let at = 1_700_000_000_000 + n * 1_000;
            rows.values_panic([
                Expr::val(&id),
                Expr::val(1_i64),
                Expr::val(at),
                Expr::val(at),
                Expr::val(&name),
                Expr::val(pick(&LEVELS, n / 3)),
                Expr::val(format!("[\"{number}\"]")),
                Expr::val(format!("[\"{}\",\"{}\"]", rare, common)),
                Expr::val(format!("{{\"assets\":{}}}", n % 1_000)),
            ]);
            numbers.values_panic([Expr::val(&number), Expr::val(&id)]);
            let letters: Vec<char> = name.chars().collect();
            let mut all: Vec<(&str, String, Option<i64>)> = (0..letters.len()).map(|i| ("word", letters.iter().skip(i).collect(), None)).collect();
            all.extend([rare, common].into_iter().map(|tag| ("tag", tag, None)));
            all.push(("rebmun", number.chars().rev().collect(), None));
            all.push(("number", number, None));
            all.push(("own.assets", (n % 1_000).to_string(), Some(n % 1_000)));
            for (kind, value, number) in all {
                terms.values_panic([Expr::val(kind), Expr::val(value), Expr::val(number), Expr::val(&id)]);
            }
        }
        for insert in [rows, numbers] {
            tx.execute(&insert).await?;
        }
        tx.execute(&terms).await?;
        tx.commit().await?;
    }
    Ok(())
}
