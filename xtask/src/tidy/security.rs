//! `docs/security.md` names the tests that prove it: each of them must be there.

use super::files::File;

const PAGE: &str = "docs/security.md";

/// Sentences about tests that the page names and nobody has written.
pub fn check(files: &[File]) -> Vec<String> {
    let Some(page) = files.iter().find(|f| f.path == PAGE) else { return Vec::new() };
    let there = |name: &str| files.iter().filter(|f| f.path.ends_with(".rs")).any(|f| is_test(&f.text, name));
    named(&page.text).filter(|name| !there(name)).map(|name| format!("{PAGE}: there is no test {name}")).collect()
}

/// What stands between backticks and can only be the name of a test: a sentence of at least three words.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|t| t.matches('_').count() > 2 && t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
}

fn is_test(text: &str, name: &str) -> bool {
    [format!("fn {name}("), format!("both!({name},")].iter().any(|head| text.contains(head.as_str()))
        || text.lines().any(|line| line.trim() == format!("{name},"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    #[test]
    fn a_test_that_is_named_must_be_there_in_whatever_form() {
        let page = file(PAGE, "`a_door_is_closed`, `a_window_is_closed_too`, `PUT /profile`, `nosniff`, `no_such_test_at_all`");
        let one = file("a/tests/a.rs", "async fn a_door_is_closed() {}\nboth!(\n    /// Also.\n    a_window_is_closed_too,\n    house, {});");
        assert_eq!(check(&[page.clone(), one.clone()]), ["docs/security.md: there is no test no_such_test_at_all"]);
        let two = file("b/src/b.rs", "both!(no_such_test_at_all, house, {});");
        assert!(check(&[page, one, two]).is_empty());
    }
}
