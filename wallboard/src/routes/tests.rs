//! The addresses over real sockets on a free port.

use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::*;
use crate::hub::tests::{Centre, START, hub};

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn listening(stage: Arc<Stage>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router(stage, Arc::new(|screen| drop(tokio::spawn(screen))))).await });
    address
}

async fn frame(client: &mut Client) -> Value {
    loop {
        if let Message::Text(text) = client.next().await.unwrap().unwrap() {
            return serde_json::from_str(text.as_str()).unwrap();
        }
    }
}

async fn get(address: &str, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn refused(request: tungstenite::handshake::client::Request) -> u16 {
    match tokio_tungstenite::connect_async(request).await {
        Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
        other => panic!("the socket was not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_screen_gets_snapshot_deltas_and_on_request_a_snapshot_again() {
    let (mut hub, ..) = hub(&["one"]);
    let address = listening(hub.stage()).await;
    let (mut client, _) = tokio_tungstenite::connect_async(format!("ws://{address}/ws/boards/one")).await.unwrap();
    assert_eq!(frame(&mut client).await["tiles"][0]["state"], "loading");
    hub.tick(&START).await;
    let first = frame(&mut client).await;
    assert_eq!(first["type"], "snapshot");
    hub.tick(&Centre { as_of: START.as_of + 250, version: 2, waiting: [3, 9], ..START }).await;
    let delta = frame(&mut client).await;
    assert_eq!((&delta["type"], &delta["tiles"][0]["cells"]), (&Value::from("delta"), &serde_json::json!([[1, 1, 9]])));
    client.send(Message::text("resync")).await.unwrap();
    let again = frame(&mut client).await;
    assert_eq!((&again["type"], &again["seq"]), (&Value::from("snapshot"), &delta["seq"]));
}

#[tokio::test]
async fn a_page_of_another_origin_and_an_unknown_board_get_no_socket() {
    let (hub, ..) = hub(&["one"]);
    let address = listening(hub.stage()).await;
    let mut foreign = format!("ws://{address}/ws/boards/one").into_client_request().unwrap();
    foreign.headers_mut().insert("origin", "http://elsewhere.example".parse().unwrap());
    assert_eq!(refused(foreign).await, 403);
    let mut own = format!("ws://{address}/ws/boards/one").into_client_request().unwrap();
    own.headers_mut().insert("origin", format!("http://{address}").parse().unwrap());
    assert!(tokio_tungstenite::connect_async(own).await.is_ok());
    assert_eq!(refused(format!("ws://{address}/ws/boards/two").into_client_request().unwrap()).await, 404);
}

#[tokio::test]
async fn a_screen_that_leaves_is_not_counted_any_more() {
    let (hub, ..) = hub(&["one"]);
    let stage = hub.stage();
    let address = listening(Arc::clone(&stage)).await;
    let (mut client, _) = tokio_tungstenite::connect_async(format!("ws://{address}/ws/boards/one")).await.unwrap();
    frame(&mut client).await;
    assert_eq!(stage.screens("one"), 1);
    client.close(None).await.unwrap();
    while client.next().await.is_some_and(|m| m.is_ok()) {}
    while stage.screens("one") > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_root_leads_to_the_service_board_and_the_list_names_the_boards() {
    let (hub, ..) = hub(&["one", "two"]);
    let address = listening(hub.stage()).await;
    assert!(get(&address, "/").await.contains("location: /wall/service"));
    let list = get(&address, "/api/v1/boards").await;
    assert!(list.contains(r#""name":"one""#) && list.contains(r#""name":"two""#) && list.contains(r#""screens":0"#), "{list}");
    assert!(get(&address, "/wall/three").await.starts_with("HTTP/1.1 404"));
    assert!(get(&address, "/wall/assets/none.js").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn the_page_allows_nothing_from_elsewhere_and_nothing_inline() {
    let (hub, ..) = hub(&["one"]);
    let address = listening(hub.stage()).await;
    let page = get(&address, "/wall/one").await;
    if WALL.files.is_empty() {
        assert!(page.starts_with("HTTP/1.1 503") && page.contains("npm run build"), "{page}");
        return;
    }
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("default-src 'none'") && !page.contains("unsafe"), "{page}");
    assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<style"), "{page}");
}

/// A screen whose kernel takes in little, so that one that does not read is soon felt.
async fn connected(address: &str) -> WebSocketStream<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let stream = socket.connect(address.parse().unwrap()).await.unwrap();
    tokio_tungstenite::client_async(format!("ws://{address}/ws/boards/one"), stream).await.unwrap().0
}

/// Type and number of the next frame.
async fn numbered(client: &mut WebSocketStream<TcpStream>) -> (String, u64) {
    loop {
        if let Message::Text(text) = client.next().await.unwrap().unwrap() {
            let start: String = text.as_str().chars().take(60).collect();
            let (kind, rest) = start.strip_prefix(r#"{"type":""#).and_then(|s| s.split_once(r#"","seq":"#)).unwrap();
            return (kind.to_owned(), rest.split(',').next().unwrap().parse().unwrap());
        }
    }
}

#[tokio::test]
async fn screens_that_never_read_hold_up_nobody_and_later_get_the_newest() {
    const TICKS: u64 = 40;
    let (mut hub, ..) = hub(&["one"]);
    let stage = hub.stage();
    let address = listening(Arc::clone(&stage)).await;
    let (mut reading, mut deaf) = (Vec::new(), Vec::new());
    for _ in 0..150 {
        reading.push(connected(&address).await);
    }
    for _ in 0..50 {
        deaf.push(connected(&address).await);
    }
    while stage.screens("one") < 200 {
        tokio::task::yield_now().await;
    }
    let mut last = 0;
    for screen in &mut reading {
        assert_eq!(numbered(screen).await, ("snapshot".to_owned(), 0));
    }
    let mut deltas = Vec::new();
    for tick in 1..=TICKS {
        hub.tick(&Centre { as_of: START.as_of + 250 * tick as i64, version: tick, width: 4_000, ..START }).await;
        let published = Arc::clone(&stage.seat("one").unwrap().frames.borrow());
        for (kind, seq) in futures::future::join_all(reading.iter_mut().map(numbered)).await {
            assert_eq!(seq, published.seq(), "every screen that reads gets every tick");
            assert!(kind == "delta" || tick == 1);
        }
        deltas.extend(published.for_screen(Some(last)).filter(|_| tick > 1));
        last = published.seq();
    }
    // Replaced frames live on only where a screen is in the middle of one.
    let held = deltas.iter().rev().skip(1).filter(|frame| !frame.is_unique()).count();
    assert!((1..10).contains(&held), "{held} old frames are held for 50 screens");

    let (mut seen, mut frames, mut skipped) = (None, 0, false);
    let slow = &mut deaf[0];
    while seen != Some(last) {
        let (kind, seq) = numbered(slow).await;
        match seen {
            Some(before) if kind == "delta" => assert_eq!(seq, before + 1, "a delta follows the frame before it"),
            Some(before) => skipped |= seq > before + 1 && seq == last,
            None => assert_eq!(kind, "snapshot"),
        }
        (seen, frames) = (Some(seq), frames + 1);
    }
    assert!(skipped && frames < TICKS / 2, "{frames} frames, and then the newest snapshot: {skipped}");
}

/// A masked frame of a client, with a mask of zeros.
fn client_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match u8::try_from(payload.len()) {
        Ok(short) if short < 126 => frame.push(0x80 | short),
        _ => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

#[tokio::test]
async fn a_screen_that_breaks_the_rules_is_told_why() {
    const TEXT: u8 = 0x81;
    const BEGUN: u8 = 0x01;
    const MORE: u8 = 0x00;
    const END: u8 = 0x80;
    let (hub, ..) = hub(&["one"]);
    let address = listening(hub.stage()).await;
    let huge = [vec![TEXT, 0x80 | 127], (1_u64 << 40).to_be_bytes().to_vec(), vec![0; 4]].concat();
    let pieces = [client_frame(BEGUN, &[b'a'; 600]), client_frame(END, &[b'a'; 600])].concat();
    let cases = [
        ("a long message", client_frame(TEXT, &[b'a'; 2_000]), 1_009),
        ("a long message in pieces", pieces, 1_009),
        ("a terabyte announced", huge, 1_009),
        ("a piece of nothing", client_frame(MORE, b"more"), 1_002),
        ("a message within a message", [client_frame(BEGUN, b"res"), client_frame(TEXT, b"resync")].concat(), 1_002),
        ("a frame without a mask", vec![TEXT, 2, b'h', b'i'], 1_002),
        ("bytes that are no text", client_frame(TEXT, &[0xff, 0xfe]), 1_007),
        ("a binary message", client_frame(0x82, b"resync"), 1_003),
        ("a word that means nothing", client_frame(TEXT, b"hello"), 1_008),
    ];
    for (what, bytes, code) in cases {
        let mut client = connected(&address).await;
        assert_eq!(numbered(&mut client).await.0, "snapshot");
        tokio::io::AsyncWriteExt::write_all(client.get_mut(), &bytes).await.unwrap();
        match client.next().await {
            Some(Ok(Message::Close(Some(close)))) => assert_eq!(u16::from(close.code), code, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    let mut client = connected(&address).await;
    assert_eq!(numbered(&mut client).await.0, "snapshot");
    let pieces = [client_frame(BEGUN, b"res"), client_frame(0x89, b"ping"), client_frame(END, b"ync")].concat();
    tokio::io::AsyncWriteExt::write_all(client.get_mut(), &pieces).await.unwrap();
    assert!(matches!(client.next().await, Some(Ok(Message::Pong(payload))) if payload.as_ref() == b"ping"));
    assert_eq!(numbered(&mut client).await.0, "snapshot", "a message in pieces is a message");
}

#[tokio::test]
async fn who_says_goodbye_gets_one_and_who_asks_for_no_socket_none() {
    let (hub, ..) = hub(&["one"]);
    let address = listening(hub.stage()).await;
    let mut client = connected(&address).await;
    assert_eq!(numbered(&mut client).await.0, "snapshot");
    client.close(None).await.unwrap();
    assert!(matches!(client.next().await, Some(Ok(Message::Close(_)))));
    assert!(client.next().await.is_none(), "and the connection ends without an error");
    assert!(get(&address, "/ws/boards/one").await.starts_with("HTTP/1.1 426"));
}
