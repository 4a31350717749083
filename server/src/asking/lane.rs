//! The threads on which questions are answered. They give way: what is taken in, folded, shown and kept goes before them,
//! also where every core has work.

use tokio::runtime::{Builder, Handle, Runtime};

/// How far they give way: nice values go from 0 to 19.
const NICE: i32 = 10;

/// Threads of their own for questions.
#[derive(Debug)]
pub(crate) struct Lane {
    /// There until it is dropped.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Lane {
    /// As many threads as there are cores.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub(crate) fn open() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread().thread_name("question").on_thread_start(give_way).enable_all().build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    pub(super) const fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Questions that go on have nobody left who would read their answer.
            runtime.shutdown_background();
        }
    }
}

/// Linux has a nice value for each thread, others have one for the whole process.
fn give_way() {
    if cfg!(target_os = "linux")
        && let Err(error) = rustix::process::setpriority_process(None, NICE)
    {
        tracing::warn!("questions cannot give way to the wall: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_give_way_and_nobody_else_does() {
        let lane = Lane::open().unwrap();
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let before = nice();
        let asked = lane.handle().spawn_blocking(nice);
        let there = lane.handle().block_on(asked).unwrap();
        assert!(!cfg!(target_os = "linux") || there >= before.max(NICE), "{there}");
        assert_eq!(nice(), before);
    }
}
