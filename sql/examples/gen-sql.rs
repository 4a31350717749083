//! Writes `docs/reference/measures.md` and `tables.md` below the folder given. Run by `cargo xtask gen`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use callboard_sql::reference;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: gen-sql FOLDER")?).join("docs/reference");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("measures.md"), reference::measures_markdown()?)?;
    fs::write(folder.join("tables.md"), reference::tables_markdown()?)?;
    Ok(())
}
