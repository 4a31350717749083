//! The built pages in the binary: the wall and the console, packed at build time, with the headers they are served with.
//!
//! Both allow nothing from elsewhere and nothing inline. A name with a hash of its content is kept for ever, a page
//! itself is asked for each time.

mod assets;
mod console;
mod serve;

pub use assets::{Asset, CONSOLE, Page, WALL};
pub use console::router as console;
pub use serve::{Policy, file, index, missing};
