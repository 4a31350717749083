//! What the tests of the API put together: every part that stands below the server.

use callboard_admin::part::Part;

/// In the order of their tables.
pub const PARTS: &[&Part] = &[
    &callboard_desk::PART,
    &callboard_sheets::PART,
    &callboard_safe::PART,
    &callboard_signon::PART,
    &callboard_hooks::PART,
    &callboard_openapi::PART,
];
