//! `GET /api/v1/{path}/export`.

use calamine::{Reader, Xlsx};
use serde_json::json;

use crate::house::{House, Visitor, both};

async fn furnished(house: &House) -> Visitor {
    let boss = house.administrator().await;
    let group = boss.post("/user-groups", json!({"name": "=cmd|' /C calc'!A0"})).await.is(201).id();
    for (login, name) in [("a", "=1+1"), ("b", "@SUM(A1)"), ("c", "\"quoted\", with comma"), ("d", "王伟")] {
        boss.post("/users", json!({"login": login, "name": name, "group_id": group, "phone": "+8613800001111"})).await.is(201);
    }
    boss
}

both!(a_list_is_exported_as_it_is_filtered_with_labels_and_nothing_that_runs, house, {
    let boss = furnished(&house).await;
    let answer = boss.get("/users/export?format=csv&columns=login,name,group_id,phone,enabled&login.in=a,b,c,d").await.is(200);
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"users.csv\"");
    let text = String::from_utf8(answer.bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "\u{feff}用户名,姓名,用户组,电话,启用");
    assert_eq!(lines[1], "a,'=1+1,'=cmd|' /C calc'!A0,'+8613800001111,是");
    assert_eq!(lines[2], "b,'@SUM(A1),'=cmd|' /C calc'!A0,'+8613800001111,是");
    assert_eq!(lines[3], "c,\"\"\"quoted\"\", with comma\",'=cmd|' /C calc'!A0,'+8613800001111,是");
    assert_eq!(lines.len(), 5);
    let answer = boss.get("/users/export?format=xlsx&columns=name&sort=login&login.in=a,d").await.is(200);
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(&answer.bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let cells: Vec<String> = sheet.rows().map(|r| r[0].to_string()).collect();
    assert_eq!(cells, ["姓名", "=1+1", "王伟"]);
    assert!(book.worksheet_formula(&book.sheet_names()[0].clone()).unwrap().is_empty());
    let log = boss.get("/audit?action=export").await.is(200);
    assert_eq!(log.each("resource"), ["users", "users"]);
});

both!(an_export_keeps_to_rights_reach_and_masks, house, {
    furnished(&house).await;
    let reader = house.user("reader", &["users.read"], "all", json!({})).await;
    reader.get("/users/export").await.is(403);
    let own = house.user("own", &["users.read", "users.export"], "own", json!({"phone": "13912345678"})).await;
    let text = String::from_utf8(own.get("/users/export?columns=login,phone").await.is(200).bytes).unwrap();
    assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), ["own,139****5678"]);
    for query in ["columns=password", "columns=nonsense", "format=pdf", "nonsense=1"] {
        own.get(&format!("/users/export?{query}")).await.is(422);
    }
});

both!(more_than_one_piece_comes_whole, house, {
    let boss = house.administrator().await;
    let mut file = String::from("用户名,姓名\n");
    (0..2_500).for_each(|n| file.push_str(&format!("u{n:04},User {n}\n")));
    crate::imports::import(&boss, "/users/imports", file.as_bytes()).await;
    let text = String::from_utf8(boss.get("/users/export?columns=login&sort=-login").await.is(200).bytes).unwrap();
    let logins: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!((logins.len(), logins[0], logins[2_499], logins[2_500]), (2_501, "u2499", "u0000", "admin"));
});
