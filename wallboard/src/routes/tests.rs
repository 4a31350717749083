//! The addresses over real sockets on a free port.

use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::*;
use crate::hub::tests::{Centre, START, hub};

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn listening(stage: Arc<Stage>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router(stage)).await });
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
    if assets::find("index.html").is_none() {
        assert!(page.starts_with("HTTP/1.1 503") && page.contains("npm run build"), "{page}");
        return;
    }
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("default-src 'none'") && !page.contains("unsafe"), "{page}");
    assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<style"), "{page}");
}
