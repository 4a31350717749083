//! The beat of a fold: a few events at a time, something to do at every tick, and rest while nothing comes.

use std::time::Duration;

use callboard_domain::{Clock, Timestamp};
use callboard_ingest::log::Log;
use tokio::sync::watch;

/// How often screens are given something new.
pub(crate) const TICK: Duration = Duration::from_millis(250);

/// Work that goes on until it is told to stop.
pub(super) trait Paced {
    /// Folds a few events; whether there were any.
    fn bite(&mut self) -> anyhow::Result<bool>;

    /// What is done at every tick.
    fn tick(&mut self, now: Timestamp) -> anyhow::Result<()>;
}

/// Keeps it going until `stop` says so.
pub(super) fn keep_going(
    work: &mut impl Paced,
    log: &dyn Log,
    clock: &dyn Clock,
    mut stop: watch::Receiver<bool>,
    runtime: &tokio::runtime::Handle,
) -> anyhow::Result<()> {
    let mut end = log.watch();
    let mut ticked_at = Timestamp::from_millis(0);
    // What it begins with is shown as soon as it is whole.
    let mut behind = true;
    while !*stop.borrow() {
        end.mark_unchanged();
        let folded = work.bite()?;
        let now = clock.now();
        let caught_up = behind && !folded;
        behind &= folded;
        if caught_up || now.since(ticked_at) >= i64::try_from(TICK.as_millis())? || now < ticked_at {
            ticked_at = now;
            work.tick(now)?;
        }
        if !folded {
            let rest = TICK.saturating_sub(Duration::from_millis(u64::try_from(clock.now().since(ticked_at)).unwrap_or(0)));
            runtime.block_on(async {
                tokio::select! {
                    _ = end.changed() => {}
                    _ = stop.changed() => {}
                    () = tokio::time::sleep(rest) => {}
                }
            });
        }
    }
    Ok(())
}
