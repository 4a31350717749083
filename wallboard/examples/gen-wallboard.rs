//! Writes `web/wall/src/frames.ts` below the folder given: the frame types for the screens. Run by `cargo xtask gen`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use callboard_wallboard::frame;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: gen-wallboard FOLDER")?).join("web/wall/src");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("frames.ts"), frame::typescript())?;
    Ok(())
}
