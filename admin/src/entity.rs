//! The entities: one folder or file each, a descriptor and its own rules. Adding one is adding it here.

pub mod audit;
pub mod devices;
pub mod dictionaries;
pub mod extensions;
pub mod roles;
pub mod skill_groups;
pub mod standard;
pub mod tokens;
pub mod user_groups;
pub mod users;

use crate::http::Routes;
use crate::resource::Resource;

/// All resources, in the order of the menu.
pub const ALL: &[&Resource] = &[
    &users::USERS,
    &roles::ROLES,
    &user_groups::USER_GROUPS,
    &skill_groups::SKILL_GROUPS,
    &skill_groups::MEMBERS,
    &extensions::EXTENSIONS,
    &dictionaries::DICTIONARIES,
    &dictionaries::OPTIONS,
    &devices::DEVICES,
    &tokens::TOKENS,
    &audit::AUDIT,
];

/// Routes that entities have besides the shared ones.
pub(crate) fn routes(routes: &mut Routes) {
    users::routes(routes);
    devices::routes(routes);
}
