//! The console in a real browser: the scenarios of `web/console/browser` against a server that was just started.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

use callboard_tests::server::Server;

/// Vitest runs the scenarios; it hears where the server is and how the first administrator signs in.
#[test]
fn people_work_with_the_console() {
    let folder = tempfile::tempdir().unwrap();
    let (server, password) = Server::guarded(folder.path(), &["--demo"]).unwrap();
    let scenarios = Command::new("node")
        .args(["node_modules/vitest/vitest.mjs", "run", "--config", "console/browser.config.ts"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../web"))
        .env("CALLBOARD_BASE", server.base())
        .env("CALLBOARD_PASSWORD", password)
        .status()
        .expect("Node.js 20 or newer runs the scenarios");
    assert!(scenarios.success(), "scenarios of the console failed, as vitest says above");
    server.stop().unwrap();
}
