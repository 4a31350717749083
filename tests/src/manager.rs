//! A manager interface of an Asterisk that does not exist: it lists what a test gave it and says what a test wants.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// The environment variable with the secret that any server under test has.
pub const SECRET_ENV: &str = "CALLBOARD_TEST_SECRET";

/// One made-up Asterisk; `kill` and `boot` are its `kill -9` and its next start.
#[derive(Debug)]
pub struct Manager {
    address: SocketAddr,
    pbx: Arc<Mutex<Pbx>>,
}

#[derive(Debug)]
struct Pbx {
    /// How long it says that it has been up, s.
    up_s: u64,
    /// Rows of the lists of queues and channels, as `Event` lines.
    queues: String,
    channels: String,
    clients: Vec<TcpStream>,
    is_up: bool,
}

impl Manager {
    /// Up for a day, with one queue and nobody in it.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let pbx = Pbx { up_s: 86_400, queues: String::new(), channels: String::new(), clients: Vec::new(), is_up: true };
        let pbx = Arc::new(Mutex::new(pbx));
        let shared = Arc::clone(&pbx);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let mut known = lock(&shared);
                if !known.is_up {
                    continue; // closed at once, as nobody listens there
                }
                known.clients.extend(client.try_clone());
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(client, &shared));
            }
        });
        Ok(Self { address, pbx })
    }

    /// A configuration file with this manager as the source `pbx`.
    #[must_use]
    pub fn config(&self) -> String {
        format!(
            "[[sources]]\nkind = \"asterisk-ami\"\nname = \"pbx\"\naddress = \"{}\"\nuser = \"wall\"\nsecret_env = \"{SECRET_ENV}\"\n",
            self.address
        )
    }

    /// What the next lists say, `Event Key=value ...` separated by `|`.
    pub fn lists(&self, queues: &str, channels: &str) {
        let mut pbx = lock(&self.pbx);
        (pbx.queues, pbx.channels) = (events(queues), events(channels));
    }

    /// Says it to everybody who listens, `Event Key=value ...` separated by `|`.
    pub fn say(&self, messages: &str) {
        let text = events(messages);
        lock(&self.pbx).clients.retain_mut(|client| client.write_all(text.as_bytes()).is_ok());
    }

    /// Whether anybody is connected.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        !lock(&self.pbx).clients.is_empty()
    }

    /// Gone without a word, and with every call.
    pub fn kill(&self) {
        let mut pbx = lock(&self.pbx);
        pbx.is_up = false;
        pbx.clients.drain(..).for_each(|client| drop(client.shutdown(std::net::Shutdown::Both)));
    }

    /// Up again since now, which it says for as long as it is up: for one connection.
    pub fn boot(&self) {
        let mut pbx = lock(&self.pbx);
        (pbx.up_s, pbx.is_up) = (0, true);
    }
}

fn lock(pbx: &Mutex<Pbx>) -> std::sync::MutexGuard<'_, Pbx> {
    pbx.lock().unwrap_or_else(PoisonError::into_inner)
}

fn events(messages: &str) -> String {
    let messages = messages.split('|').map(str::trim).filter(|message| !message.is_empty());
    messages.map(|message| format!("Event: {}\r\n\r\n", message.replace(' ', "\r\n").replace('=', ": "))).collect()
}

/// Answers actions until the client goes.
fn serve(mut client: TcpStream, pbx: &Mutex<Pbx>) {
    let Ok(reading) = client.try_clone() else { return };
    if client.write_all(b"Asterisk Call Manager/11.0.0\r\n").is_err() {
        return;
    }
    let (mut action, mut id) = (String::new(), String::new());
    for line in BufReader::new(reading).lines() {
        let Ok(line) = line else { break };
        match line.split_once(": ") {
            Some(("Action", name)) => name.clone_into(&mut action),
            Some(("ActionID", name)) => name.clone_into(&mut id),
            Some(_) => {}
            None => {
                // Held while writing: what a test says does not come between.
                let mut known = lock(pbx);
                let answer = answer(&action, &id, &known);
                if client.write_all(answer.as_bytes()).is_err() {
                    break;
                }
                if action == "Logoff" {
                    known.clients.clear();
                }
            }
        }
    }
}

fn answer(action: &str, id: &str, pbx: &Pbx) -> String {
    let success = format!("Response: Success\r\nActionID: {id}\r\n");
    match action {
        "Challenge" => format!("{success}Challenge: 12345\r\n\r\n"),
        "Login" => format!("{success}\r\n{}", events(&format!("FullyBooted Uptime={}", pbx.up_s))),
        "CoreSettings" => format!("{success}AsteriskVersion: 22.1\r\n\r\n"),
        "QueueStatus" => format!("{success}\r\n{}{}", pbx.queues, events(&format!("QueueStatusComplete ActionID={id}"))),
        "CoreShowChannels" => format!("{success}\r\n{}{}", pbx.channels, events(&format!("CoreShowChannelsComplete ActionID={id}"))),
        "Ping" => format!("{success}Ping: Pong\r\n\r\n"),
        _ => format!("{success}\r\n"),
    }
}
