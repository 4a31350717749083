//! Presence and activity of agents, resolved to one state.
