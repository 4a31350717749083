//! The wall in a real browser: numbers move, the server goes silent and the tiles turn stale, it comes back and
//! they recover.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use callboard_tests::browser::Browser;
use callboard_tests::server::Server;

const VALUES: &str = "[...document.querySelectorAll('[data-tile]')].map(t => t.innerText).join('\\n')";
const STALE: &str = "document.querySelectorAll('[data-tile] .tile.stale').length";
const TILES: &str = "document.querySelectorAll('[data-tile] .tile').length";

#[tokio::test]
async fn numbers_move_go_stale_and_recover() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo"]).unwrap();
    server.until("SELECT count(*) AS n FROM live_agents WHERE state <> 'offline'", |r| r[0]["n"].as_i64() > Some(5)).unwrap();
    server.until("SELECT count(*) AS n FROM live_sources WHERE as_of - heard_at < INTERVAL '3 seconds'", |r| r[0]["n"].as_i64() >= Some(3)).unwrap();
    let mut browser = Browser::start().await.unwrap();
    browser.open(&format!("{}/wall/service", server.base()), 1920, 1080).await.unwrap();

    browser.until(TILES, |v| v.as_i64() >= Some(10)).await.unwrap();
    browser.until(STALE, |v| v.as_i64() == Some(0)).await.unwrap();
    let before = browser.evaluate(VALUES).await.unwrap();
    assert!(before.as_str().unwrap().contains("技能组"), "{before}");
    browser.until(VALUES, |v| *v != before).await.unwrap();

    // The network is gone: nothing arrives, nothing closes.
    server.signal("-STOP").unwrap();
    browser.until(&format!("{STALE} === {TILES}"), |v| v.as_bool() == Some(true)).await.unwrap();
    browser.until("document.querySelector('.banner')?.innerText ?? ''", |v| v.as_str().is_some_and(|t| t.contains("中断"))).await.unwrap();

    server.signal("-CONT").unwrap();
    browser.until(STALE, |v| v.as_i64() == Some(0)).await.unwrap();
    let errors = browser.errors();
    assert!(errors.is_empty(), "{errors:?}");
    browser.close().await.unwrap();
    server.stop().unwrap();
}
