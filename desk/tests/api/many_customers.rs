//! `/api/v1/customers` where so many fit that rows are looked at one by one: the same pages as where few do.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, Query};

use crate::house::{House, Visitor, both};

const ALL: usize = 27_000;
/// The oldest, beyond what is looked at one by one.
const OLD: usize = 6_000;

/// Customers from the oldest to the newest: every second one is `half`, the oldest are `old`.
async fn fill(house: &House) {
    for chunk in (0..ALL).collect::<Vec<_>>().chunks(1_000) {
        let (mut rows, mut terms) = (Query::insert(), Query::insert());
        rows.into_table("customers").columns(["id", "version", "created_at", "updated_at", "name"]);
        terms.into_table("customer_terms").columns(["kind", "value", "customer_id"]);
        for n in chunk {
            let (id, at) = (format!("id{n:05}"), 1_700_000_000_000 + i64::try_from(n / 2).unwrap());
            rows.values_panic([Expr::val(&id), Expr::val(1_i64), Expr::val(at), Expr::val(at), Expr::val(format!("客户{n}"))]);
            let tags = [("word", "客户".to_owned(), true), ("tag", "half".to_owned(), n % 2 == 0), ("tag", "old".to_owned(), *n < OLD)];
            for (kind, value, _) in tags.into_iter().chain([("tag", format!("t{n}"), true)]).filter(|(_, _, has)| *has) {
                terms.values_panic([Expr::val(kind), Expr::val(value), Expr::val(&id)]);
            }
        }
        house.admin.db().execute(&rows).await.unwrap();
        house.admin.db().execute(&terms).await.unwrap();
    }
}

/// Three pages of two, one after the other.
async fn pages(visitor: &Visitor, query: &str) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for _ in 0..3 {
        let page = visitor.get(&format!("/customers?{query}&limit=2{cursor}")).await.is(200);
        seen.extend(page.each("id"));
        let Some(next) = page.body["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    seen
}

both!(many_that_fit_are_listed_page_by_page_and_counted_up_to_a_bound, house, {
    fill(&house).await;
    let boss = house.administrator().await;
    for (query, ids) in [
        ("tags=half", vec!["id26998", "id26996", "id26994", "id26992", "id26990", "id26988"]),
        ("tags=old", vec!["id05999", "id05998", "id05997", "id05996", "id05995", "id05994"]),
        ("tags=old&tags=half", vec!["id05998", "id05996", "id05994", "id05992", "id05990", "id05988"]),
        ("tags=half&sort=created_at", vec!["id00000", "id00002", "id00004", "id00006", "id00008", "id00010"]),
        ("tags=half&tags.in=t7,t8,t10", vec!["id00010", "id00008"]),
        ("q=%E5%AE%A2&sort=-name", vec!["id09999", "id09998", "id09997", "id09996", "id09995", "id09994"]),
    ] {
        assert_eq!(pages(&boss, query).await, ids, "{query}");
    }
    for (query, total, exact) in [
        ("tags=half", 10_000, false),
        ("tags=old", 6_000, true),
        ("tags=old&tags=half", 3_000, true),
        ("tags=t7", 1, true),
        ("limit=1", 10_000, false),
    ] {
        let page = boss.get(&format!("/customers?{query}&count=true")).await.is(200).body;
        assert_eq!((page["total"].as_i64(), page["total_exact"].as_bool()), (Some(total), Some(exact)), "{query}");
    }
    let mine = house.user("me", &["customers.read"], "own", serde_json::json!({})).await;
    assert_eq!(mine.get("/customers?tags=old&count=true&limit=1").await.is(200).body["total"], 6_000, "the pool's are everybody's");
});
