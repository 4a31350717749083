//! Writes `schema/openapi.json`, the API of the organisation and the desk, below the folder given. Run by `cargo xtask gen`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use callboard_admin::openapi;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: gen-openapi FOLDER")?).join("schema");
    fs::create_dir_all(&folder)?;
    let document = serde_json::to_string_pretty(&openapi::document(&[&callboard_desk::PART]))?;
    fs::write(folder.join("openapi.json"), document + "\n")?;
    Ok(())
}
