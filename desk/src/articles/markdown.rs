//! Markdown that people write: no HTML of their own, no links that run anything; and its plain words.
//!
//! Pages turn Markdown into elements themselves. What is refused here never reaches a page that would show it.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use callboard_admin::problem::FieldError;

/// Where links and pictures may lead.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS)
}

/// Refuses HTML and links that run something.
///
/// # Errors
/// What is wrong, with the first place where it is.
pub fn accept(field: &str, text: &str) -> Result<(), FieldError> {
    let html = |html: &str| {
        let start: String = html.trim().chars().take(30).collect();
        Err(FieldError::new(field, "html", format!("HTML is not taken, write Markdown: {start}"), format!("不接受 HTML, 请使用 Markdown: {start}")))
    };
    let (mut code, mut words) = (false, String::new());
    for event in parser(text) {
        match event {
            Event::Html(tag) | Event::InlineHtml(tag) => return html(&tag),
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Text(text) if !code => words.push_str(&text),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) if !is_safe(&dest_url) => {
                let start: String = dest_url.chars().take(30).collect();
                return Err(FieldError::new(field, "link", format!("such a link is not taken: {start}"), format!("不接受此类链接: {start}")));
            }
            _ => words.push(' '),
        }
    }
    // Text to this reader may be a tag to another: `<svg/onload=..>`.
    let tag =
        |(at, _): &(usize, &str)| words.get(at + 1..).and_then(|t| t.chars().next()).is_some_and(|c| c.is_ascii_alphabetic() || "/!?".contains(c));
    match words.match_indices('<').find(tag) {
        Some((at, _)) => html(words.get(at..).unwrap_or_default()),
        None => Ok(()),
    }
}

/// A path of our own, or an address of a known scheme. Browsers leave out blanks and control characters before they look.
fn is_safe(url: &str) -> bool {
    let plain: String = url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    match plain.split_once(':') {
        None => true,
        Some((before, _)) if before.contains(['/', '?', '#']) => true,
        Some((scheme, _)) => SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()),
    }
}

/// The words alone.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for event in parser(text) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell | TagEnd::CodeBlock) => words.push('\n'),
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_run_in_a_page_is_refused() {
        for attack in [
            "<script>alert(1)</script>",
            "text <img src=x onerror=alert(1)> text",
            "<svg/onload=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java\tscript:alert(1))",
            "[x](<java\nscript:alert(1)>)",
            "[x](&#106;avascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "![x](vbscript:msgbox)",
            "[x]\n\n[x]: javascript:alert(1)",
            "<javascript:alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<!-- x --> <iframe src=//x>",
        ] {
            let refused = accept("body", attack);
            let shown: Vec<_> = parser(attack).collect();
            assert!(
                refused.is_err()
                    || !shown.iter().any(|e| matches!(e, Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Link { .. } | Tag::Image { .. }))),
                "{attack}: {shown:?}"
            );
        }
        assert_eq!(accept("body", "[x](javascript:alert(1))").unwrap_err().code, "link");
        assert_eq!(accept("body", "<b>x</b>").unwrap_err().code, "html");
    }

    #[test]
    fn what_people_write_is_taken() {
        for text in [
            "# 标题\n\n- a < b, 5 > 3\n- `<b>`",
            "[站内](/console/articles/1?x=a:b)",
            "[w](https://example.com) <https://example.com>",
            "| a |\n|---|\n| b |",
        ] {
            accept("body", text).unwrap();
        }
        assert_eq!(plain("# 退货\n\n*七天*内 `ok`\n\n- one"), "退货\n七天内 ok\none\n");
    }
}
