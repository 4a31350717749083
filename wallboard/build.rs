//! Lists the built wall for `assets.rs`. It never runs npm: a build of Rust must not depend on a network.
//!
//! Without `web/dist/wall/index.html` a debug build compiles and its page says how to build the wall; a release
//! build stops, so that no binary without its wall is ever shipped.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const REMEDY: &str = "the wall is not built: run `npm ci && npm run build` in web/, or `cargo xtask demo`, which does";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let dist = root.join("../web/dist/wall");
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-changed=build.rs");
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        list(&dist, &mut files)?;
        files.sort();
    } else if std::env::var("PROFILE")? == "release" {
        return Err(REMEDY.into());
    } else {
        println!("cargo:warning={REMEDY}");
    }
    let mut code = String::from("static ASSETS: &[Asset] = &[\n");
    for file in files.iter().filter(|f| f.extension().is_none_or(|e| e != "br")) {
        let path = file.strip_prefix(&dist)?.to_string_lossy().replace('\\', "/");
        let packed = PathBuf::from(format!("{}.br", file.display()));
        let brotli = if packed.is_file() { format!("Some(include_bytes!({:?}))", packed.canonicalize()?) } else { "None".to_owned() };
        let plain = file.canonicalize()?;
        writeln!(code, "    Asset {{ path: {path:?}, mime: {:?}, plain: include_bytes!({plain:?}), brotli: {brotli} }},", mime(&path))?;
    }
    code.push_str("];\n");
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("assets.rs"), code)?;
    Ok(())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { list(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
