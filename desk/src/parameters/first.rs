//! The parameters' row and usual reasons for a pause, from the first start on.

use callboard_admin::entity::standard::{self, record};
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::resource::{body, column, write};
use callboard_admin::store;
use callboard_admin::words::Text;
use callboard_admin::{Admin, Centre};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::json;

use super::{ID, MOST_OF_TITLE, PARAMETERS, PAUSE_REASONS};

/// Code, Chinese, English, whether it counts as work, limit in seconds.
const PAUSES: [(&str, &str, &str, bool, i64); 5] = [
    ("break", "小休", "Short break", false, 600),
    ("lunch", "用餐", "Lunch", false, 3_600),
    ("meeting", "会议", "Meeting", true, 3_600),
    ("training", "培训", "Training", true, 7_200),
    ("paperwork", "案头工作", "Paperwork", true, 1_800),
];

/// Makes what is not there yet.
///
/// # Errors
/// When the store fails.
pub(crate) async fn make(admin: &Admin) -> Result<(), Problem> {
    let (tx, caller) = (admin.begin().await?, Caller::server(admin.now()));
    if standard::one(&tx, "parameters", "id", ID).await?.is_none() {
        parameters_row(admin, &tx).await?;
    }
    let reasons = if standard::any(&tx, "pause_reasons").await? { &[][..] } else { &PAUSES[..] };
    for (position, (code, zh, en, working, limit_s)) in (1_i64..).zip(reasons) {
        let row = json!({ "code": code, "title_zh": zh, "title_en": en, "working": working, "limit_s": limit_s, "position": position });
        write::create(admin, &caller, &tx, &PAUSE_REASONS, record(row), DataScope::All).await?;
    }
    tx.commit().await?;
    super::take(admin).await
}

/// The one row: its id is known beforehand, so it does not go through the shared way of making rows.
async fn parameters_row(admin: &Admin, tx: &DatabaseTransaction) -> Result<(), Problem> {
    let title = admin.given::<Centre>().map_or_else(|| Text::new("Call centre", "呼叫中心"), |centre| centre.title.clone());
    let title = json!({ "title_zh": short(&title.zh), "title_en": short(&title.en) });
    let row = body::check(&PARAMETERS, record(title), body::Mode::Create).map_err(Problem::invalid)?;
    let value = |name: &str| row.get(name).unwrap_or(&serde_json::Value::Null);
    let columns = PARAMETERS.columns().map(|f| (f.name, column::bind(f.kind, value(f.name)))).collect();
    tx.execute(&store::row::insert("parameters", ID, admin.now(), columns)).await?;
    Ok(())
}

fn short(title: &str) -> String {
    title.chars().take(MOST_OF_TITLE).collect()
}
