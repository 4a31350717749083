//! What agents work with: customers, black and red lists, the knowledge base, bulletins, parameters, hours and targets, recordings
//! and voicemail, call-backs and notes on calls, the screen-pop.
//!
//! Entities in the way of `callboard-admin`, whose shared parts serve them; the server adds [`PART`] to the organisation and
//! calls [`start`] once.

pub mod articles;
pub mod bulletins;
pub mod business_hours;
pub mod call_backs;
pub mod call_notes;
pub mod customers;
pub mod demo;
pub mod images;
pub mod knowledge;
pub mod lists;
pub mod migration;
pub mod numbers;
pub mod parameters;
pub mod queue_targets;
pub mod recordings;
pub mod screen_pop;
pub mod voicemail;

use callboard_admin::Admin;
use callboard_admin::entity::standard;
use callboard_admin::http::Routes;
use callboard_admin::identity::Caller;
use callboard_admin::part::Part;
use callboard_admin::problem::Problem;
use callboard_admin::store::migration::Steps;
use sea_orm_migration::MigratorTrait;

/// What is added to the organisation.
pub static PART: Part = Part {
    resources: &[
        &parameters::PARAMETERS,
        &parameters::PAUSE_REASONS,
        &customers::CUSTOMERS,
        &customers::follow_ups::FOLLOW_UPS,
        &customers::appointments::APPOINTMENTS,
        &customers::opportunities::OPPORTUNITIES,
        &customers::pool::TRANSFERS,
        &customers::fields::CUSTOMER_FIELDS,
        &lists::LISTS,
        &knowledge::NODES,
        &articles::ARTICLES,
        &bulletins::BULLETINS,
        &queue_targets::QUEUE_TARGETS,
        &business_hours::BUSINESS_HOURS,
        &business_hours::HOLIDAYS,
        &voicemail::VOICEMAIL,
    ],
    routes,
    migrations: Some(Steps::of::<migration::Tree>()),
};

/// Routes that entities have besides the shared ones.
fn routes(routes: &mut Routes) {
    customers::routes(routes);
    lists::routes(routes);
    articles::routes(routes);
    bulletins::routes(routes);
    business_hours::routes(routes);
    call_backs::routes(routes);
    call_notes::routes(routes);
    images::routes(routes);
    parameters::routes(routes);
    recordings::routes(routes);
    screen_pop::routes(routes);
    voicemail::routes(routes);
}

/// Value, Chinese, English.
type Options = &'static [(&'static str, &'static str, &'static str)];

/// Dictionaries that entities use: code, Chinese name, options.
const USED: [(&str, &str, Options); 2] = [
    ("customer_level", "客户级别", &[("vip", "贵宾", "VIP"), ("gold", "金卡", "Gold"), ("silver", "银卡", "Silver"), ("normal", "普通", "Normal")]),
    (
        "opportunity_stage",
        "业务机会阶段",
        &[
            ("first", "初步接触", "First contact"),
            ("need", "需求确认", "Need known"),
            ("offer", "方案报价", "Offer made"),
            ("talks", "商务谈判", "In talks"),
            ("signed", "签约", "Signed"),
        ],
    ),
];

/// Brings the tables up to date and makes what every house has from the first start on.
///
/// # Errors
/// When the store fails.
pub async fn start(admin: &Admin) -> Result<(), Problem> {
    migration::Tree::up(admin.db(), None).await?;
    parameters::make(admin).await?;
    let (tx, caller) = (admin.begin().await?, Caller::server(admin.now()));
    for (code, name, options) in USED {
        if standard::one(&tx, "dictionaries", "code", code).await?.is_none() {
            standard::dictionary(admin, &caller, &tx, (code, name), options).await?;
        }
    }
    Ok(tx.commit().await?)
}
