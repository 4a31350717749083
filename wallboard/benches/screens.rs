//! What a screen costs: memory while it looks on, and CPU for each frame that it gets.
//!
//! Four servers take turns, each in a process of its own, with the same 8 KB frames: bare writes of the same bytes (the
//! bound), this product, axum's web socket with small buffers and axum's as it comes. `CALLBOARD_BENCH_SCREENS` sets the
//! number of screens, 1,000 by default, `CALLBOARD_BENCH_FRAMES` the frames that each gets, 100 by default, and
//! `CALLBOARD_BENCH_PAUSE_MS` the time between two, 100 by default.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a benchmark may stop at once")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use callboard_domain::Timestamp;
use callboard_store::table::Table;
use callboard_wallboard::{Board, Error, Evaluate, Hub, Options, Prepared, router};
use futures::StreamExt;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

const KINDS: [(&str, &str); 4] =
    [("bare", "bare writes of shared bytes"), ("callboard", "callboard"), ("small", "axum, small buffers"), ("stock", "axum as it comes")];
const REPEATS: usize = 3;
const FRAME_BYTES: usize = 8_000;
/// /proc counts CPU in hundredths of a second.
const TICK_US: f64 = 10_000.0;
const PATH: &str = "/ws/boards/one";

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn screens() -> usize {
    number("CALLBOARD_BENCH_SCREENS", 1_000)
}

fn frames() -> usize {
    number("CALLBOARD_BENCH_FRAMES", 100)
}

/// Between two frames: long enough for all screens to get one, or they would rightly skip.
fn pause() -> Duration {
    Duration::from_millis(number("CALLBOARD_BENCH_PAUSE_MS", 100) as u64)
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args.get(1).map(String::as_str) {
        Some("--serve") => serve(&args[2]),
        Some("--look") => look(&args[2]),
        _ => compare(),
    }
}

fn compare() {
    println!("{} screens, {} frames of {FRAME_BYTES} bytes each, medians of {REPEATS}", screens(), frames());
    println!("{:<28} {:>16} {:>12} {:>12}", "server", "bytes a screen", "us a frame", "delivered");
    let mut rounds = vec![Vec::new(); KINDS.len()];
    for _ in 0..REPEATS {
        for (results, (kind, _)) in rounds.iter_mut().zip(KINDS) {
            results.push(round(kind));
        }
    }
    for (results, (_, title)) in rounds.into_iter().zip(KINDS) {
        let median = |part: fn(&(f64, f64, f64)) -> f64| {
            let mut values: Vec<f64> = results.iter().map(part).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        println!("{title:<28} {:>16.0} {:>12.2} {:>11.1}%", median(|r| r.0), median(|r| r.1), median(|r| r.2) * 100.0);
    }
}

/// Bytes a screen, microseconds a frame, share of the frames that arrived.
fn round(kind: &str) -> (f64, f64, f64) {
    let mut server = itself(&["--serve", kind]);
    let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut next = || said.next().unwrap().unwrap();
    let mut client = itself(&["--look", &next()]);
    let (bytes, cpu_us): (f64, f64) = (next().parse().unwrap(), next().parse().unwrap());
    let mut delivered = String::new();
    client.stdout.take().unwrap().read_to_string(&mut delivered).unwrap();
    assert!(client.wait().unwrap().success() && server.wait().unwrap().success(), "{kind} failed");
    let delivered: f64 = delivered.trim().parse().unwrap();
    let sent = (screens() * frames()) as f64;
    assert!(delivered > 0.9 * sent, "{kind}: only {delivered} of {sent} frames arrived");
    (bytes / screens() as f64, cpu_us / delivered, delivered / sent)
}

fn itself(args: &[&str]) -> Child {
    Command::new(std::env::current_exe().unwrap()).args(args).stdout(Stdio::piped()).spawn().unwrap()
}

fn resident() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<f64>().unwrap() * 4_096.0
}

fn cpu_us() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> = stat.rsplit_once(") ").unwrap().1.split(' ').skip(11).take(2).map(|f| f.parse().unwrap()).collect();
    (fields[0] + fields[1]) * TICK_US
}

/// Looks on with every screen until the server closes; prints how many frames came, the first of each left out.
#[tokio::main(flavor = "current_thread")]
async fn look(address: &str) {
    let config = WebSocketConfig::default().read_buffer_size(16 * 1_024);
    let mut looking = Vec::new();
    for _ in 0..screens() {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let (mut screen, _) = tokio_tungstenite::client_async_with_config(format!("ws://{address}{PATH}"), stream, Some(config)).await.unwrap();
        screen.next().await.unwrap().unwrap();
        looking.push(tokio::spawn(async move {
            let mut count = 0;
            while let Some(Ok(message)) = screen.next().await {
                count += usize::from(message.is_text());
            }
            count
        }));
    }
    let mut count = 0;
    for screen in looking {
        count += screen.await.unwrap();
    }
    println!("{count}");
}

fn serve(kind: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        match kind {
            "bare" => bare().await,
            "callboard" => callboard().await,
            "small" => axum_socket(true).await,
            _ => axum_socket(false).await,
        }
    });
}

/// Announces the address, waits until everybody looks, then publishes; says memory and CPU.
async fn measured(address: std::net::SocketAddr, looking: impl Fn() -> usize, mut publish: impl AsyncFnMut(u64)) {
    publish(0).await;
    let before = resident();
    println!("{address}");
    std::io::stdout().flush().unwrap();
    while looking() < screens() {
        tokio::time::sleep(pause()).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("{}", resident() - before);
    let before_us = cpu_us();
    for n in 1..=frames() {
        publish(n as u64).await;
        tokio::time::sleep(pause()).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("{}", cpu_us() - before_us);
}

fn text(n: u64) -> Utf8Bytes {
    char::from_digit((n % 10) as u32, 10).unwrap().to_string().repeat(FRAME_BYTES).into()
}

async fn listener() -> (tokio::net::TcpListener, std::net::SocketAddr) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn axum_socket(small: bool) {
    let frames = watch::Sender::new(text(0));
    let (listener, address) = listener().await;
    let seat = frames.clone();
    let upgrade = async move |upgrade: WebSocketUpgrade| {
        let frames = seat.subscribe();
        let upgrade = if small { upgrade.read_buffer_size(1_024).write_buffer_size(0) } else { upgrade };
        upgrade.on_upgrade(async |socket| screen(socket, frames).await)
    };
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().route(PATH, get(upgrade))).await });
    measured(address, || frames.receiver_count(), async |n| drop(frames.send_replace(text(n)))).await;
}

async fn screen(mut socket: WebSocket, mut frames: watch::Receiver<Utf8Bytes>) {
    loop {
        let frame = frames.borrow_and_update().clone();
        if socket.send(Message::Text(frame)).await.is_err() {
            return;
        }
        tokio::select! {
            _ = frames.changed() => {}
            message = socket.recv() => if !matches!(message, Some(Ok(_))) {
                return;
            },
        }
    }
}

async fn bare() {
    let (listener, address) = listener().await;
    let streams = Arc::new(std::sync::Mutex::new(Vec::new()));
    let accepting = Arc::clone(&streams);
    tokio::spawn(async move {
        loop {
            let mut stream = listener.accept().await.unwrap().0.into_std().unwrap();
            stream.set_nonblocking(false).unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            let request = String::from_utf8(request).unwrap();
            let key = request.lines().find_map(|l| l.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"))).unwrap().1;
            let accept = derive_accept_key(key.as_bytes());
            write!(stream, "HTTP/1.1 101 ok\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: {accept}\r\n\r\n").unwrap();
            stream.write_all(&framed(0)).unwrap();
            accepting.lock().unwrap().push(stream);
        }
    });
    let publish = async |n| {
        let frame = framed(n);
        for stream in streams.lock().unwrap().iter_mut() {
            stream.write_all(&frame).unwrap();
        }
    };
    measured(address, || streams.lock().unwrap().len(), publish).await;
}

fn framed(n: u64) -> Vec<u8> {
    let length = u16::try_from(FRAME_BYTES).unwrap().to_be_bytes();
    [&[0x81, 126, length[0], length[1]], text(n).as_bytes()].concat()
}

/// One long cell that is another one at each tick.
struct Wide;

impl Evaluate for Wide {
    type Snapshot = u64;
    type Query = bool;
    type Version = u64;

    async fn prepare(&self, sql: &str) -> Result<Prepared<bool>, Error> {
        Ok(Prepared { query: sql.contains("wide"), reads: vec![Table::QueueIntervals], depends_on_now: false })
    }

    async fn run(&self, wide: &bool, n: &u64) -> Result<Vec<RecordBatch>, Error> {
        if !wide {
            return Ok(Vec::new());
        }
        let cell: ArrayRef = Arc::new(StringArray::from(vec![text(*n).to_string()]));
        let rest: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        RecordBatch::try_from_iter([("wide", cell), ("rest", rest)]).map(|batch| vec![batch]).map_err(|e| Error::Run { source: Box::new(e) })
    }

    fn as_of(&self, n: &u64) -> Timestamp {
        Timestamp::from_millis(1_000 + 250 * i64::try_from(*n).unwrap())
    }

    fn version(&self, _: &bool, n: &u64) -> u64 {
        *n
    }
}

async fn callboard() {
    let board = "title = { zh = 'x', en = 'x' }\n[[tile]]\nid = 'x'\ntitle = { zh = 'x', en = 'x' }\nkind = 'table'\nsql = 'SELECT wide'\n\
                 x = 0\ny = 0\nw = 4\nh = 6\ncolumns = [{ name = 'wide' }, { name = 'rest' }]\n";
    let board = Board::parse("one", board).unwrap_or_else(|e| panic!("{e}"));
    let mut hub = Hub::new(Wide, vec![board], Options::default());
    let (listener, address) = listener().await;
    let app = router(hub.stage(), Arc::new(|screen| drop(tokio::spawn(screen))));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let stage = hub.stage();
    measured(address, || stage.screens("one"), async |n| hub.tick(&n).await).await;
}
