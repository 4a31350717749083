//! Writes `schema/event.json` below the folder given: the JSON Schema of events, version 1. Run by `cargo xtask gen`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use callboard_domain::Event;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: gen-domain FOLDER")?);
    fs::create_dir_all(root.join("schema"))?;
    let mut text = serde_json::to_string_pretty(&Event::schema())?;
    text.push('\n');
    fs::write(root.join("schema/event.json"), text)?;
    Ok(())
}
