//! A place in a real S3 server: what is written is read back, and whatever is wrong is said in words that help.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that finds something else fails")]

use std::time::Duration;

use callboard_engines::S3 as Server;
use callboard_engines::s3::{KEY, SECRET};
use callboard_objects::{Objects, S3};

fn settings(server: &Server) -> S3 {
    S3 {
        endpoint: Some(server.endpoint()),
        region: Some("us-east-1".into()),
        access_key: Some(KEY.into()),
        secret_key_env: Some("THE_SECRET".into()),
        allow_http: true,
        connect_timeout_s: 30,
        timeout_s: 30,
        retries: 1,
        ..S3::default()
    }
}

fn open(url: &str, s3: &S3) -> Objects {
    Objects::open(url, s3, |name| (name == "THE_SECRET").then(|| SECRET.to_owned())).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_read_back_whole_and_in_parts_listed_and_deleted() {
    let server = Server::start().unwrap();
    let bucket = server.bucket("files").unwrap();
    let place = open("s3://files/some/prefix", &settings(&server));
    let content: Vec<u8> = (0..=255).cycle().take(5_000_000).collect();
    place.put("2026/11/通话 1+2.wav", content.clone()).await.unwrap();
    assert!(bucket.join("some/prefix/2026/11/通话 1+2.wav").is_file(), "under the prefix, by its own name");
    assert_eq!(place.get("2026/11/通话 1+2.wav").await.unwrap().unwrap(), content);
    assert_eq!(place.part("2026/11/通话 1+2.wav", 4_999_990..5_000_000).await.unwrap().unwrap(), content[4_999_990..]);
    let meta = place.meta("2026/11/通话 1+2.wav").await.unwrap().unwrap();
    assert_eq!(meta.size, 5_000_000);
    assert!(meta.tag.starts_with('"') && meta.modified_ms > 0, "{meta:?}");

    place.put("2026/11/通话 1+2.wav", b"other".to_vec()).await.unwrap();
    assert_ne!(place.meta("2026/11/通话 1+2.wav").await.unwrap().unwrap().tag, meta.tag);
    place.put("2026/10/x", vec![]).await.unwrap();
    let mut listed = place.list("2026").await.unwrap();
    listed.folders.sort();
    assert_eq!((listed.folders, listed.files), (vec!["10".to_owned(), "11".to_owned()], vec![]));
    assert_eq!(place.list("2026/10").await.unwrap().files, ["x"]);

    place.delete("2026/10/x").await.unwrap();
    place.delete("2026/10/x").await.unwrap();
    assert_eq!((place.get("2026/10/x").await.unwrap(), place.meta("2026/10/x").await.unwrap()), (None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_a_wrong_key_and_a_wrong_bucket_are_told_apart() {
    let server = Server::start().unwrap();
    server.bucket("files").unwrap();
    let wrong_secret = Objects::open("s3://files/p", &settings(&server), |_| Some("guess".into())).unwrap();
    let wrong_key = open("s3://files/p", &S3 { access_key: Some("nobody".into()), ..settings(&server) });
    let wrong_bucket = open("s3://elsewhere/p", &settings(&server));
    for (place, words) in [
        (wrong_secret, "the secret does not fit the access key; correct the secret key"),
        (wrong_key, "nobody has this access key there; correct access_key"),
        (wrong_bucket, "there is no such bucket; make it, or correct the URL"),
    ] {
        for refusal in [
            place.put("a", b"x".to_vec()).await.unwrap_err(),
            place.get("a").await.unwrap_err(),
            place.meta("a").await.unwrap_err(),
            place.list("a").await.unwrap_err(),
        ] {
            let text = refusal.to_string();
            assert!(text.contains(words) && text.contains(place.place()), "{text}");
            assert!(!text.contains("guess") && !text.contains(SECRET) && !text.contains("<Code>"), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_with_its_own_certificate_is_reached_by_it_and_not_without() {
    let server = Server::start_tls().unwrap();
    server.bucket("files").unwrap();
    let s3 = S3 { allow_http: false, retries: 0, ..settings(&server) };
    let refused = open("s3://files/p", &s3).get("a").await.unwrap_err().to_string();
    assert!(refused.contains("nobody known signed its certificate; set ca"), "{refused}");
    let place = open("s3://files/p", &S3 { ca: Some(server.ca()), ..s3 });
    place.put("a", b"kept".to_vec()).await.unwrap();
    assert_eq!(place.get("a").await.unwrap().unwrap(), "kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_or_hangs_costs_a_bounded_wait_and_a_slow_one_is_waited_for() {
    let mut server = Server::start().unwrap();
    server.bucket("files").unwrap();
    let place = open("s3://files/p", &S3 { connect_timeout_s: 4, timeout_s: 4, ..settings(&server) });
    place.put("a", b"kept".to_vec()).await.unwrap();

    // Two tries of four seconds.
    server.pause().unwrap();
    let refused = tokio::time::timeout(Duration::from_secs(20), place.get("a")).await.expect("an answer in bounded time").unwrap_err();
    assert!(refused.to_string().contains("no answer came in time"), "{refused}");
    let (slow, resumed) = tokio::join!(place.get("a"), async {
        tokio::time::sleep(Duration::from_millis(1_000)).await;
        server.resume()
    });
    resumed.unwrap();
    assert_eq!(slow.unwrap().unwrap(), "kept");

    // Killed while a large object is on its way: none of it is seen.
    server.pause().unwrap();
    let (put, killed) = tokio::join!(place.put("b", vec![7; 64_000_000]), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        tokio::task::block_in_place(|| server.kill())
    });
    killed.unwrap();
    let refused = put.unwrap_err();
    assert!(refused.to_string().contains("could not write to s3://files/p"), "{refused}");
    server.restart().unwrap();
    assert_eq!((place.get("a").await.unwrap().unwrap(), place.get("b").await.unwrap()), ("kept".into(), None));
}
