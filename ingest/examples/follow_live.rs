//! Follows the queue_log of a running Asterisk and prints its events, one a line.
//!
//! `cargo run -p callboard-ingest --example follow_live -- QUEUE_LOG`; ends with the process.

use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use callboard_domain::{Clock, Timestamp};
use callboard_ingest::agents::AgentRules;
use callboard_ingest::source::follow::{self, FollowConfig, FollowPosition};
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

impl Deliver<FollowPosition> for Print {
    async fn deliver(&mut self, delivery: Delivery<FollowPosition>) -> Result<(), NotDelivered> {
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
    let path = std::env::args().nth(1).ok_or("usage: follow_live QUEUE_LOG")?;
    let config =
        FollowConfig { source: "asterisk".into(), path: path.into(), poll: Duration::from_millis(200), alone: true, rules: AgentRules::default() };
    match follow::run(&config, None, &Machine, &mut Print).await? {}
}
