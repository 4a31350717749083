//! Writes `docs/reference/metrics.md` and `schema/openapi.json`, the API with every part of this server, below the folder given. Run by `cargo xtask gen`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: gen-server FOLDER")?);
    let (reference, schema) = (folder.join("docs/reference"), folder.join("schema"));
    fs::create_dir_all(&reference)?;
    fs::create_dir_all(&schema)?;
    fs::write(reference.join("metrics.md"), callboard_server::telemetry::reference())?;
    fs::write(schema.join("openapi.json"), callboard_server::openapi()? + "\n")?;
    Ok(())
}
