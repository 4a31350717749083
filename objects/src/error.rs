//! What a place says when it does not do as asked, in words that help.

/// What the codes of S3 and the errors of the network mean for whoever runs the server.
const ADVICE: [(&str, &str); 14] = [
    ("SignatureDoesNotMatch", "the secret does not fit the access key; correct the secret key"),
    ("InvalidAccessKeyId", "nobody has this access key there; correct access_key"),
    ("NoSuchBucket", "there is no such bucket; make it, or correct the URL"),
    ("PermanentRedirect", "the bucket lies in another region; set region"),
    ("AuthorizationHeaderMalformed", "the bucket lies in another region; set region"),
    ("incorrectly configured region", "the bucket lies in another region; set region"),
    ("RequestTimeTooSkewed", "this machine's clock is wrong; set it"),
    ("ExpiredToken", "the session of the access key has ended; renew it"),
    ("169.254.169.254", "no access key is set and this machine has no role; set access_key and secret_key_env"),
    ("AccessDenied", "the access key may not; allow it s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject"),
    ("UnknownIssuer", "nobody known signed its certificate; set ca"),
    ("Permission denied", "the server's user may not; give it the right to this folder"),
    ("No space left", "the disk is full; free some space"),
    ("operation timed out", "no answer came in time; look at the network or set a longer timeout_s"),
];

/// Why a place could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings cannot be right.
    #[error("could not use {place} as a place for files: {what}")]
    Settings {
        /// Its URL.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// A name that leads nowhere or out of the place.
    #[error("could not use the name {name:?} in {place}: {what}")]
    Name {
        /// Its URL.
        place: String,
        /// The name.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// The place is away or refuses.
    #[error("could not {doing} {place}: {}", explain(.source))]
    Store {
        /// What was being done.
        doing: &'static str,
        /// Its URL.
        place: String,
        /// What it or the network says.
        #[source]
        source: Box<object_store::Error>,
    },
}

/// What to do, and in brackets what the place said.
fn explain(error: &object_store::Error) -> String {
    let whole = error.to_string();
    let said = said(error, &whole);
    let refused = matches!(error, object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. });
    match ADVICE.iter().find(|(word, _)| whole.contains(word) || said.contains(word)) {
        Some((_, advice)) => format!("{advice} ({said})"),
        None if refused => format!("the access key is not accepted or may not; look at access_key and its rights ({said})"),
        None => said,
    }
}

/// The store's own code and sentence, else the innermost cause: no addresses, no pages of XML.
fn said(error: &object_store::Error, whole: &str) -> String {
    let element = |name: &str| Some(whole.split_once(&format!("<{name}>"))?.1.split_once(&format!("</{name}>"))?.0);
    if let Some(code) = element("Code") {
        return element("Message").map_or_else(|| code.to_owned(), |message| format!("{code}: {message}"));
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(text: &str) -> String {
        let source = Box::new(object_store::Error::Generic { store: "S3", source: text.to_owned().into() });
        Error::Store { doing: "read in", place: "s3://b/p".into(), source }.to_string()
    }

    #[test]
    fn an_error_says_what_to_do_and_spares_the_xml() {
        let xml = "Server returned non-2xx status code: 403: <Error><Code>InvalidAccessKeyId</Code><Message>Unknown</Message><Key>x</Key></Error>";
        let text = "could not read in s3://b/p: nobody has this access key there; correct access_key (InvalidAccessKeyId: Unknown)";
        assert_eq!(failed(xml), text);
        assert_eq!(failed("lightning"), "could not read in s3://b/p: lightning");
    }
}
