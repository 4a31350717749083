//! What will happen when: the heap behind the simulated clock.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use callboard_domain::time::Timestamp;

use super::roster::Break;

/// A call on the floor; `number` tells whether the slot still holds the same call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CallRef {
    pub(super) slot: usize,
    pub(super) number: u64,
}

/// Something that is due. `phase`, `visit` and `epoch` void a task whose call or agent has moved on since.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Task {
    /// The local day begins.
    NewDay,
    /// The next caller dials.
    Arrive,
    /// The caller is through the voice menu.
    MenuOver(CallRef),
    /// The caller's patience ends.
    HangUp { call: CallRef, visit: u32 },
    /// The queue's limit ends.
    Limit { call: CallRef, visit: u32 },
    /// The caller presses the key that leaves the queue.
    Key { call: CallRef, visit: u32 },
    /// The telephone has rung as long as it will.
    RingOver { call: CallRef, phase: u32 },
    /// A piece of conversation or hold is over.
    TalkOn { call: CallRef, phase: u32 },
    /// The call goes into its next queue.
    Requeue(CallRef),
    /// The caller has finished rating, leaving a message or listening.
    AfterOver(CallRef),
    /// A recording is ready late.
    Recorded { number: u64, pbx: usize, duration_ms: i64 },
    /// An agent's pause, work after a call, own call or spell of silence is over.
    AgentOn { agent: usize, epoch: u32 },
    /// An agent's shift begins.
    LogIn { agent: usize },
    /// An agent's shift is over.
    LogOut { agent: usize },
    /// A pause is due.
    BreakDue { agent: usize, planned: Break },
    /// A queue's calls are multiplied.
    SurgeFrom { queue: usize, factor: f64 },
    /// They are no longer.
    SurgeTo { queue: usize, factor: f64 },
    /// The supervisors look at the numbers.
    Supervise,
    /// Sources without events show that they live.
    Alive,
    /// The next step of the story of lost connections.
    Trouble(usize),
}

#[derive(Debug)]
struct Entry {
    at: Timestamp,
    order: u64,
    task: Task,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// Tasks in order of time; those of one instant in the order in which they were planned.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Reverse<Entry>>,
    planned: u64,
}

impl Agenda {
    /// Plans a task.
    pub(super) fn plan(&mut self, at: Timestamp, task: Task) {
        self.planned += 1;
        self.heap.push(Reverse(Entry { at, order: self.planned, task }));
    }

    /// The next task and its time.
    pub(super) fn next(&mut self) -> Option<(Timestamp, Task)> {
        self.heap.pop().map(|Reverse(e)| (e.at, e.task))
    }
}
