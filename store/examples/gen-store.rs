//! Writes the migrations in `sql/clickhouse` that are made from the tables, below the folder given. Run by `cargo xtask gen`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use callboard_store::history::clickhouse;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: gen-store FOLDER")?).join("sql/clickhouse");
    fs::create_dir_all(&folder)?;
    for (name, text) in clickhouse::definitions() {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}
