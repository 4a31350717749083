//! Writes `docs/reference/metrics.md` below the folder given. Run by `cargo xtask gen`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: gen-server FOLDER")?).join("docs/reference");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("metrics.md"), callboard_server::telemetry::reference())?;
    Ok(())
}
