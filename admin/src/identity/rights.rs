//! Every right there is: five actions of each resource, and those that belong to no resource.

use serde::Serialize;

use super::caller::EVERYTHING;
use crate::Admin;
use crate::words::Text;

/// Rights that belong to no resource: name, English, Chinese.
const OTHERS: &[(&str, &str, &str)] = &[
    (EVERYTHING, "Everything", "全部权限"),
    ("wall.view", "See the walls", "查看大屏"),
    ("calls.read", "See calls", "查看通话"),
    ("calls.note", "Write notes on calls", "填写通话备注"),
    ("call_backs.read", "See whom to call back", "查看呼损回访"),
    ("call_backs.write", "Call back who was lost", "处理呼损回访"),
    ("sql.ask", "Ask in SQL", "使用 SQL 查询"),
    ("events.write", "Send events", "写入事件"),
    ("telemetry.read", "See the server's own metrics", "查看系统指标"),
    ("phones.see", "See telephone numbers as they are", "查看完整电话号码"),
    ("lists.approve", "Approve list entries", "审核名单"),
    ("lists.lookup", "Ask whether a number is on a list", "查询号码名单"),
    ("recordings.play", "Play recordings", "播放录音"),
    ("recordings.download", "Download recordings", "下载录音"),
    ("recordings.write", "Say where recordings lie", "登记录音位置"),
    ("customers.transfer", "Hand customers to others", "转移客户资料"),
];

/// A right as roles choose it.
#[derive(Debug, Serialize)]
pub struct Right {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// The resource it belongs to.
    pub resource: Option<&'static str>,
}

/// All of them, in the order of the menu.
#[must_use]
pub fn all(admin: &Admin) -> Vec<Right> {
    let mut rights: Vec<Right> =
        OTHERS.iter().map(|(name, en, zh)| Right { name: (*name).into(), title: Text::new(*en, *zh), resource: None }).collect();
    for resource in admin.resources() {
        let features = resource.features;
        let actions = [
            ("read", true, "see", "查看"),
            ("write", features.create || features.edit, "change", "编辑"),
            ("delete", features.remove, "delete", "删除"),
            ("import", features.import.is_some(), "import", "导入"),
            ("export", features.export, "export", "导出"),
        ];
        for (action, _, en, zh) in actions.iter().filter(|a| a.1) {
            let name = resource.right(action);
            if rights.iter().any(|r| r.name == name) {
                continue;
            }
            let title = Text::new(format!("{}: {en}", resource.title.en), format!("{}: {zh}", resource.title.zh));
            rights.push(Right { name, title, resource: Some(resource.name) });
        }
    }
    rights
}
