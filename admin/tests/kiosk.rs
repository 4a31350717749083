//! `/kiosk` in a real browser: a screen is paired by its link, and knows its board again after it was started anew.

use std::path::Path;
use std::process::Command;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use callboard_admin::identity::door::{gate, guard_board};
use serde_json::json;

use crate::house::House;

/// What a browser with this profile shows in the end at an address.
async fn shown(profile: &Path, url: String) -> String {
    let profile = format!("--user-data-dir={}", profile.display());
    let browser = tokio::task::spawn_blocking(move || {
        Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--timeout=15000", "--virtual-time-budget=10000", "--dump-dom", &profile, &url])
            .output()
            .expect("Chromium runs")
    });
    String::from_utf8(browser.await.unwrap().stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_s_browser_is_paired_by_its_link_and_finds_its_board_at_every_start() {
    let house = House::sqlite().await;
    let boss = house.administrator().await;
    let id = boss.post("/devices", json!({"name": "lobby", "boards": ["service"]})).await.is(201).id();
    let link = boss.post(&format!("/devices/{id}/pairing"), json!({})).await.is(200).body["link"].as_str().unwrap().to_owned();
    let wall = Router::new().route("/wall/{board}", get(async || ([(CONTENT_TYPE, "text/html")], "<p>the board of service</p>")));
    let app = wall.layer(from_fn(guard_board)).layer(from_fn_with_state(house.admin.clone(), gate)).merge(house.app.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, app).await });

    let profile = tempfile::tempdir().unwrap();
    let page = shown(profile.path(), format!("{base}/kiosk")).await;
    assert!(page.contains("id=\"form\"") && !page.contains("hidden"), "a screen that is not paired asks for its code: {page}");
    let page = shown(profile.path(), format!("{base}{link}")).await;
    assert!(page.contains("the board of service"), "{page}");
    // The browser was closed and is started anew.
    let page = shown(profile.path(), format!("{base}/kiosk")).await;
    assert!(page.contains("the board of service"), "{page}");
    boss.delete(&format!("/devices/{id}/key"), 0).await.is(204);
    let page = shown(profile.path(), format!("{base}/kiosk")).await;
    assert!(page.contains("id=\"form\"") && !page.contains("the board"), "{page}");
    // The code is used: the link pairs nobody else.
    let page = shown(tempfile::tempdir().unwrap().path(), format!("{base}{link}")).await;
    assert!(page.contains("配对码错误"), "{page}");
    server.abort();
}
