//! Every agent of every source: found by number, shown in the order of their names.

use callboard_domain::Timestamp;
use callboard_store::table::AgentStateRow;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use serde::{Deserialize, Serialize};

use crate::agent::{AgentTrack, Change, Taken};
use crate::names::{Name, Names};

/// A source and an agent of it.
type Whose = (Name, Name);

/// All agents that a change of state was told of.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Agents {
    tracks: HashMap<Whose, AgentTrack>,
    /// By the text of the source, then of the agent.
    order: Vec<Whose>,
    /// Those of whom intervals wait to be settled, in the order in which they came to it.
    #[serde(skip)]
    unsettled: Vec<Whose>,
}

impl Agents {
    /// An agent's track, begun if there is none.
    pub(crate) fn track(&mut self, source: Name, agent: Name, names: &Names) -> &mut AgentTrack {
        match self.tracks.entry((source, agent)) {
            Entry::Occupied(track) => track.into_mut(),
            Entry::Vacant(place) => {
                let texts = |whose: &Whose| (names.text(whose.0), names.text(whose.1));
                let next = self.order.partition_point(|other| texts(other) < texts(place.key()));
                self.order.insert(next, *place.key());
                place.insert(AgentTrack::new(names.shared(source), names.shared(agent)))
            }
        }
    }

    /// Takes in the agents of other partitions.
    pub(crate) fn add(&mut self, others: Self, names: &Names) {
        let mut tracks = others.tracks;
        for whose in others.order {
            if let Some(track) = tracks.remove(&whose) {
                *self.track(whose.0, whose.1, names) = track;
            }
        }
    }

    pub(crate) fn get_mut(&mut self, source: Name, agent: Name) -> Option<&mut AgentTrack> {
        self.tracks.get_mut(&(source, agent))
    }

    /// All of them with their source and agent, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Name, Name, &AgentTrack)> {
        self.order.iter().filter_map(|whose| Some((whose.0, whose.1, self.tracks.get(whose)?)))
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Takes in a change of an agent's state.
    pub(crate) fn take(&mut self, source: Name, agent: Name, change: Change, names: &Names) -> Taken {
        let track = self.track(source, agent, names);
        let was_unsettled = track.is_unsettled();
        let taken = track.take(change);
        if track.is_unsettled() && !was_unsettled {
            self.unsettled.push((source, agent));
        }
        taken
    }

    /// Looks for those of whom intervals wait, after a state was read.
    pub(crate) fn look_for_unsettled(&mut self) {
        let waits = |whose: &&Whose| self.tracks.get(*whose).is_some_and(AgentTrack::is_unsettled);
        self.unsettled = self.order.iter().filter(waits).copied().collect();
    }

    /// Hands out the intervals that are settled once each source has come to its limit, with their source and agent.
    pub(crate) fn settle(&mut self, limit: impl Fn(Name) -> Option<Timestamp>, mut out: impl FnMut(Name, Name, AgentStateRow)) {
        let tracks = &mut self.tracks;
        self.unsettled.retain(|(source, agent)| {
            let Some(track) = tracks.get_mut(&(*source, *agent)) else { return false };
            if let Some(limit) = limit(*source) {
                track.settle(limit).into_iter().for_each(|row| out(*source, *agent, row));
            }
            track.is_unsettled()
        });
    }
}
