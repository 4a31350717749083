//! Lists the SQL texts of this crate, so that adding a measure or a view is adding a file.

use std::fmt::Write as _;
use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let mut code = String::new();
    for (folder, name) in [("measures", "MEASURES"), ("views", "VIEWS")] {
        println!("cargo::rerun-if-changed={folder}");
        let root = env::current_dir()?.join(folder);
        let mut files: Vec<_> = fs::read_dir(&root)?.collect::<io::Result<Vec<_>>>()?.into_iter().map(|e| e.path()).collect();
        files.retain(|p| p.extension().is_some_and(|e| e == "sql"));
        files.sort();
        let _ = writeln!(code, "/// Name and text of each file of `sql/{folder}`.\npub(crate) static {name}: &[(&str, &str)] = &[");
        for file in files {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let _ = writeln!(code, "    ({stem:?}, include_str!({:?})),", file.display().to_string());
        }
        code.push_str("];\n");
    }
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("texts.rs"), code)
}
