//! Who asks, how that is known, and what they may do.

mod address;
pub mod caller;
pub mod door;
pub mod first;
pub mod key;
pub mod kiosk;
pub mod lockout;
pub mod password;
pub mod reach;
pub mod rights;
pub mod session;

pub use caller::{Caller, DataScope, Via};
pub use reach::Reach;
