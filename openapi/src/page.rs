//! The document as a page: no script, nothing from elsewhere, everything escaped.

use std::fmt::Write as _;

use utoipa::openapi::{OpenApi, RefOr};

/// The page.
#[must_use]
pub(crate) fn page(document: &OpenApi) -> String {
    let mut html = String::from("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Callboard API</title>");
    html.push_str("<link rel=\"stylesheet\" href=\"/api/v1/docs/style.css\"><h1>Callboard API</h1>");
    let about = document.info.description.as_deref().unwrap_or_default();
    let _ = write!(html, "<p>{}</p><p><a href=\"/api/v1/openapi.json\">openapi.json</a></p>", escaped(about));
    let mut section = String::new();
    for (path, item) in &document.paths.paths {
        let methods = [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)].into_iter();
        for (method, operation) in methods.filter_map(|(method, operation)| operation.as_ref().map(|o| (method, o))) {
            let tag = operation.tags.as_ref().and_then(|t| t.first()).cloned().unwrap_or_default();
            if tag != section {
                let _ = write!(html, "<h2>{}</h2>", escaped(&tag));
                section = tag;
            }
            let summary = operation.summary.as_deref().unwrap_or_default();
            let _ = write!(
                html,
                "<details><summary><span class=\"method\">{method}</span><span class=\"path\">{}</span><span class=\"what\">{}</span></summary>",
                escaped(path),
                escaped(summary)
            );
            let _ = write!(html, "<p>{}</p><table>", escaped(operation.description.as_deref().unwrap_or("Needs nothing.")));
            for parameter in operation.parameters.iter().flatten() {
                let RefOr::T(parameter) = parameter else { continue };
                let what = parameter.description.as_deref().unwrap_or_default();
                let _ = write!(html, "<tr><td><code>{}</code><td>{}</tr>", escaped(&parameter.name), escaped(what));
            }
            html.push_str("</table><p>Answers: ");
            let answers: Vec<String> = operation.responses.responses.keys().map(|status| format!("<code>{}</code>", escaped(status))).collect();
            html.push_str(&answers.join(" "));
            html.push_str("</p></details>");
        }
    }
    html.push_str("<h2>Schemas</h2>");
    for (name, schema) in document.components.iter().flat_map(|c| &c.schemas) {
        let text = serde_json::to_string_pretty(schema).unwrap_or_default();
        let _ = write!(html, "<details><summary>{}</summary><pre>{}</pre></details>", escaped(name), escaped(&text));
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_that_is_text_becomes_markup() {
        assert_eq!(super::escaped("<img src=x onerror=\"a&b\">"), "&lt;img src=x onerror=&quot;a&amp;b&quot;&gt;");
    }
}
