//! The entities: one folder or file each, a descriptor and its own rules. Adding one is adding it here.

pub mod articles;
pub mod audit;
pub mod bulletins;
pub mod business_hours;
pub mod customers;
pub mod dictionaries;
pub mod extensions;
pub mod images;
pub mod knowledge;
pub mod parameters;
pub mod queue_targets;
pub mod roles;
pub mod screen_pop;
pub mod skill_groups;
pub mod standard;
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
    &customers::CUSTOMERS,
    &customers::follow_ups::FOLLOW_UPS,
    &customers::appointments::APPOINTMENTS,
    &customers::opportunities::OPPORTUNITIES,
    &customers::pool::TRANSFERS,
    &customers::fields::CUSTOMER_FIELDS,
    &knowledge::NODES,
    &articles::ARTICLES,
    &bulletins::BULLETINS,
    &dictionaries::DICTIONARIES,
    &dictionaries::OPTIONS,
    &parameters::PARAMETERS,
    &queue_targets::QUEUE_TARGETS,
    &parameters::PAUSE_REASONS,
    &business_hours::BUSINESS_HOURS,
    &business_hours::HOLIDAYS,
    &audit::AUDIT,
];

/// Routes that entities have besides the shared ones.
pub(crate) fn routes(routes: &mut Routes) {
    users::routes(routes);
    customers::routes(routes);
    articles::routes(routes);
    bulletins::routes(routes);
    business_hours::routes(routes);
    images::routes(routes);
    parameters::routes(routes);
    screen_pop::routes(routes);
}
