//! Listens to a running Asterisk and prints its events, one a line: what the server would put into its log.
//!
//! `cargo run -p callboard-ingest --example ami_live -- ADDRESS USER SECRET [QUEUE_LOG]`; ends with the process. With a
//! queue_log, gaps are filled from it. The file can be compared with a queue_log by the example `compare`.

use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use callboard_domain::{Clock, Timestamp};
use callboard_ingest::agents::AgentRules;
use callboard_ingest::source::ami::{AmiConfig, AmiMemory, AmiSource, Secret};
use callboard_ingest::source::{Deliver, Delivery, NotDelivered};

struct Machine;

impl Clock for Machine {
    #[expect(clippy::disallowed_methods, reason = "a program of its own, not a library")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

struct Print;

impl Deliver<AmiMemory> for Print {
    async fn deliver(&mut self, delivery: Delivery<AmiMemory>) -> Result<(), NotDelivered> {
        let mut out = std::io::stdout().lock();
        for event in &delivery.events {
            writeln!(out, "{}", event.to_line()).map_err(|error| NotDelivered { reason: error.to_string() })?;
        }
        for rejected in &delivery.rejected {
            eprintln!("{}: {}", rejected.place, rejected.reason);
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [address, user, secret, rest @ ..] = args.as_slice() else { return Err("usage: ami_live ADDRESS USER SECRET [QUEUE_LOG]".into()) };
    let config = AmiConfig {
        source: "asterisk".into(),
        address: address.clone(),
        user: user.clone(),
        secret: Secret(secret.clone()),
        rules: AgentRules::default(),
        resync: Duration::from_secs(20),
        queue_log: rest.first().map(Into::into),
    };
    match AmiSource::new(config, std::future::ready(AmiMemory::default())).run(&Machine, &mut Print).await? {}
}
