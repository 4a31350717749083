//! The pages' files: `build.rs` lists what `npm run build` left in `web/dist`.

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A page and everything that it fetches.
#[derive(Debug)]
pub struct Page {
    /// Its folder in `web/dist`.
    pub name: &'static str,
    /// Its files; none when it is not built in.
    pub files: &'static [Asset],
}

/// One file of a page.
#[derive(Debug)]
pub struct Asset {
    /// Path below the page's folder.
    pub path: &'static str,
    /// Its media type.
    pub mime: &'static str,
    /// The bytes.
    pub plain: &'static [u8],
    /// The same, packed with Brotli, where that is smaller.
    pub brotli: Option<&'static [u8]>,
    /// The same in gzip: browsers take Brotli over TLS only.
    pub gzip: Option<&'static [u8]>,
}

impl Page {
    /// The file of that path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&'static Asset> {
        self.files.iter().find(|asset| asset.path == path)
    }

    /// Name of the script whose name begins so; empty when the page is not built in.
    #[must_use]
    pub fn script(&self, start: &str) -> &'static str {
        let named = |asset: &&Asset| asset.path.strip_prefix("assets/").is_some_and(|name| name.starts_with(start));
        let script = self.files.iter().find(named);
        script.and_then(|asset| asset.path.strip_prefix("assets/")).unwrap_or_default()
    }
}
