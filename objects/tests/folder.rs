//! A place in a folder: names never lead out of it, and settings that cannot be right are refused in words.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that finds something else fails")]

use callboard_objects::{Objects, S3};

fn open(url: &str) -> Result<Objects, callboard_objects::Error> {
    Objects::open(url, &S3::default(), |_| None)
}

#[tokio::test]
async fn no_name_leads_out_of_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    let inside = outside.path().join("place");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(outside.path().join("secret.wav"), "secret").unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.wav"), inside.join("link.wav")).unwrap();
    std::os::unix::fs::symlink(outside.path(), inside.join("door")).unwrap();
    let place = open(inside.to_str().unwrap()).unwrap();
    place.put("a/b.wav", b"ours".to_vec()).await.unwrap();
    std::os::unix::fs::symlink("b.wav", inside.join("a/again.wav")).unwrap();
    assert_eq!(place.get("a/b.wav").await.unwrap().unwrap(), "ours");
    assert_eq!(place.get("a/again.wav").await.unwrap().unwrap(), "ours", "a link within the folder");

    let absolute = outside.path().join("secret.wav").display().to_string();
    for name in [
        "../secret.wav",
        "a/../../secret.wav",
        "./../secret.wav",
        "a//b.wav",
        "..",
        "/a/b.wav",
        &absolute,
        "..\\secret.wav",
        "a\0b",
        "link.wav",
        "door/secret.wav",
    ] {
        for refusal in [place.get(name).await.unwrap_err(), place.meta(name).await.unwrap_err(), place.part(name, 0..1).await.unwrap_err()] {
            assert!(matches!(refusal, callboard_objects::Error::Name { .. }), "{name}: {refusal}");
        }
    }
    // Encoded dots are letters of a name that is not there.
    for name in ["%2e%2e/secret.wav", "..%2fsecret.wav", "%2e%2e%2fsecret.wav"] {
        assert_eq!(place.get(name).await.unwrap(), None, "{name}");
    }
}

#[test]
fn what_cannot_be_right_is_said_before_anything_is_asked_for() {
    for (url, words) in [
        ("gopher://x/y", "neither file:///folder nor s3://bucket/prefix"),
        ("recordings", "take file:///folder or s3://bucket/prefix"),
        ("https://example.com/x", "neither file:///folder nor s3://bucket/prefix"),
    ] {
        let refusal = open(url).unwrap_err().to_string();
        assert!(refusal.contains(url) && refusal.contains(words), "{refusal}");
    }
    let s3 = |text: &str| Objects::open("s3://b/p", &toml::from_str(text).unwrap(), |_| None).unwrap_err().to_string();
    assert!(s3("endpoint = \"http://10.0.0.1:9000\"").contains("set allow_http = true"));
    assert!(s3("access_key = \"k\"").contains("secret_key_env"));
    assert!(s3("access_key = \"k\"\nsecret_key_env = \"NOT_SET\"").contains("NOT_SET"));
    assert!(s3("ca = \"/nowhere.pem\"").contains("/nowhere.pem"));
    assert!(toml::from_str::<S3>("secret_key = \"in the file\"").unwrap_err().to_string().contains("unknown field"));
}
