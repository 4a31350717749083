//! Forms of a message: Callboard's own event by Standard Webhooks, or a line of text for a robot in WeCom, DingTalk, Feishu or Slack.

use callboard_admin::resource::Choice;
use callboard_domain::Timestamp;
use serde_json::{Value, json};
use url::Url;

use crate::fault::Fault;
use crate::post::Request;
use crate::signature;

/// Bytes of a text that every robot takes; WeCom takes no more than 2,048.
const MOST_TEXT: usize = 2_000;

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Wecom,
    Dingtalk,
    Feishu,
    Slack,
}

/// As the field shows them.
pub(crate) const FORMS: &[Choice] = &[
    Choice::new("json", "Event as JSON, signed (Standard Webhooks)", "JSON 事件, 带签名 (Standard Webhooks)"),
    Choice::new("wecom", "WeCom robot", "企业微信机器人"),
    Choice::new("dingtalk", "DingTalk robot", "钉钉机器人"),
    Choice::new("feishu", "Feishu robot", "飞书机器人"),
    Choice::new("slack", "Slack", "Slack"),
];

/// What is sent, before it has a form.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// The same however often it is sent.
    pub(crate) id: String,
    pub(crate) event: Value,
    pub(crate) text: String,
}

impl Form {
    /// By its name; Callboard's own for any other.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "wecom" => Self::Wecom,
            "dingtalk" => Self::Dingtalk,
            "feishu" => Self::Feishu,
            "slack" => Self::Slack,
            _ => Self::Json,
        }
    }

    /// The message as it is posted; signed by each secret that holds.
    pub(crate) fn request(self, mut url: Url, message: &Message, secrets: &[String], now: Timestamp) -> Request {
        let (ms, s) = (now.as_millis(), now.as_millis().div_euclid(1_000));
        let text = self.text(&message.text);
        let first = secrets.first();
        let mut headers = Vec::new();
        let body = match self {
            Self::Json => {
                let body = message.event.to_string();
                headers.push(("webhook-id", message.id.clone()));
                headers.push(("webhook-timestamp", s.to_string()));
                headers.push(("webhook-signature", signature::standard(secrets, &message.id, s, &body)));
                return Request { url, headers, body };
            }
            Self::Wecom => json!({ "msgtype": "text", "text": { "content": text } }),
            Self::Dingtalk => {
                if let Some(secret) = first {
                    url.query_pairs_mut().append_pair("timestamp", &ms.to_string()).append_pair("sign", &signature::dingtalk(secret, ms));
                }
                json!({ "msgtype": "text", "text": { "content": text } })
            }
            Self::Feishu => {
                let mut body = json!({ "msg_type": "text", "content": { "text": text } });
                if let (Some(secret), Some(body)) = (first, body.as_object_mut()) {
                    body.insert("timestamp".into(), s.to_string().into());
                    body.insert("sign".into(), signature::feishu(secret, s).into());
                }
                body
            }
            Self::Slack => json!({ "text": text }),
        };
        Request { url, headers, body: body.to_string() }
    }

    /// A line that mentions nobody and links to nothing: what looks like a command of the robot's is written another way.
    fn text(self, text: &str) -> String {
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut line = match self {
            Self::Json | Self::Wecom => line,
            Self::Dingtalk => line.replace('@', "＠"),
            Self::Feishu => line.replace('<', "＜").replace('>', "＞"),
            Self::Slack => line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
        };
        line.truncate(line.floor_char_boundary(MOST_TEXT));
        line
    }

    /// Whether the answer's body says what became of it; robots answer 200 whatever happens.
    pub(crate) const fn is_robot(self) -> bool {
        matches!(self, Self::Wecom | Self::Dingtalk | Self::Feishu)
    }

    /// What a robot's answer says: its code, and whether that is an error.
    pub(crate) fn verdict(body: &[u8]) -> (Option<i64>, Option<Fault>) {
        let answer: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let code = ["errcode", "code", "StatusCode"].iter().find_map(|name| answer.get(name).and_then(Value::as_i64));
        (code, (code != Some(0)).then_some(Fault::Robot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(form: Form, text: &str, secrets: &[&str]) -> (String, Value) {
        let message = Message { id: "m".into(), event: json!({ "type": "ping" }), text: text.into() };
        let secrets: Vec<String> = secrets.iter().map(|s| (*s).into()).collect();
        let request =
            form.request(Url::parse("https://robot.example/send?key=k").unwrap(), &message, &secrets, Timestamp::from_millis(1_599_360_473_123));
        (request.url.to_string(), serde_json::from_str(&request.body).unwrap())
    }

    #[test]
    fn each_robot_has_the_line_in_its_own_form() {
        assert_eq!(sent(Form::Wecom, "甲\n乙", &[]).1, json!({"msgtype": "text", "text": {"content": "甲 乙"}}));
        assert_eq!(sent(Form::Slack, "<!channel> & co", &[]).1, json!({"text": "&lt;!channel&gt; &amp; co"}));
        assert_eq!(sent(Form::Feishu, "<at user_id=\"all\">", &[]).1, json!({"msg_type": "text", "content": {"text": "＜at user_id=\"all\"＞"}}));
        assert_eq!(sent(Form::Dingtalk, "@13800001111", &[]).1["text"]["content"], "＠13800001111");
        assert_eq!(sent(Form::Wecom, &"汉".repeat(1_000), &[]).1["text"]["content"].as_str().unwrap().len(), 1_998);
    }

    /// Computed with Python's `hmac` after the vendors' own descriptions.
    #[test]
    fn robots_with_a_secret_are_signed_for_as_they_ask() {
        let (url, _) = sent(Form::Dingtalk, "x", &["this is secret"]);
        assert_eq!(url, DINGTALK);
        let (_, body) = sent(Form::Feishu, "x", &["this is secret"]);
        assert_eq!((&body["timestamp"], &body["sign"]), (&json!("1599360473"), &json!(FEISHU)));
    }

    const DINGTALK: &str = "https://robot.example/send?key=k&timestamp=1599360473123&sign=0eVlIU0GooHVuIBX6FZ86JNxxfy4qwhOlP5JU2uHmq4%3D";
    const FEISHU: &str = "/eYKrXQBzTjUZJ3s6NX16VxGbTwmK7AEs8/FnvC1CSw=";

    #[test]
    fn a_robot_s_code_decides_and_no_code_is_an_error() {
        assert_eq!(Form::verdict(br#"{"errcode":0,"errmsg":"ok"}"#), (Some(0), None));
        assert_eq!(Form::verdict(br#"{"StatusCode":0}"#), (Some(0), None));
        assert_eq!(Form::verdict(br#"{"code":19024,"msg":"Key Words Not Found"}"#), (Some(19_024), Some(Fault::Robot)));
        assert_eq!(Form::verdict(b"<html>"), (None, Some(Fault::Robot)));
    }
}
