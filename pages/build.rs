//! Lists the built pages for `assets.rs`. It never runs npm: a build of Rust must not depend on a network.
//!
//! Where a page is not in `web/dist` a debug build compiles and says at its address how to build it; a release build
//! stops, so that no binary without its pages is ever shipped.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const PAGES: [(&str, &str); 2] = [("wall", "WALL"), ("console", "CONSOLE")];
const REMEDY: &str = "run `npm ci && npm run build` in web/, or `cargo xtask demo`, which does";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo:rerun-if-changed=build.rs");
    let mut code = String::new();
    for (page, name) in PAGES {
        let dist = root.join("../web/dist").join(page);
        println!("cargo:rerun-if-changed={}", dist.display());
        let mut files = Vec::new();
        if dist.join("index.html").is_file() {
            list(&dist, &mut files)?;
            files.sort();
        } else if std::env::var("PROFILE")? == "release" {
            return Err(format!("the {page} is not built: {REMEDY}").into());
        } else {
            println!("cargo:warning=the {page} is not built: {REMEDY}");
        }
        writeln!(code, "/// The {page}.\npub static {name}: Page = Page {{ name: {page:?}, files: &[")?;
        for file in files.iter().filter(|f| f.extension().is_none_or(|e| e != "br" && e != "gz")) {
            let path = file.strip_prefix(&dist)?.to_string_lossy().replace('\\', "/");
            let plain = file.canonicalize()?;
            let (brotli, gzip) = (packed(file, "br")?, packed(file, "gz")?);
            let mime = mime(&path);
            writeln!(code, "    Asset {{ path: {path:?}, mime: {mime:?}, plain: include_bytes!({plain:?}), brotli: {brotli}, gzip: {gzip} }},")?;
        }
        code.push_str("] };\n");
    }
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("assets.rs"), code)?;
    Ok(())
}

/// The file packed in that way, as code.
fn packed(file: &Path, end: &str) -> std::io::Result<String> {
    let packed = PathBuf::from(format!("{}.{end}", file.display()));
    if !packed.is_file() {
        return Ok("None".to_owned());
    }
    Ok(format!("Some(include_bytes!({:?}))", packed.canonicalize()?))
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
