//! The wall's files, in the binary: `build.rs` lists what `npm run build` left in `web/dist/wall`.

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// One file of the page.
#[derive(Debug)]
pub struct Asset {
    /// Path below `/wall/assets/`, or `index.html`.
    pub path: &'static str,
    /// Its media type.
    pub mime: &'static str,
    /// The bytes.
    pub plain: &'static [u8],
    /// The same, compressed with Brotli, where that is smaller.
    pub brotli: Option<&'static [u8]>,
}

/// Name of the page's script; empty when the wall is not built in.
pub fn script() -> &'static str {
    let script = ASSETS.iter().find(|asset| asset.path.starts_with("assets/wall-"));
    script.and_then(|asset| asset.path.strip_prefix("assets/")).unwrap_or_default()
}

/// The file of that path.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}
