-- In a cluster: each table over all shards. Made from store/src/table by `cargo xtask gen`.

CREATE TABLE IF NOT EXISTS calls$on_cluster AS calls$local
ENGINE = Distributed('$cluster', currentDatabase(), calls$local, sipHash64(call))
COMMENT 'One call from its first sign to its end and the work after it.';

CREATE TABLE IF NOT EXISTS queue_visits$on_cluster AS queue_visits$local
ENGINE = Distributed('$cluster', currentDatabase(), queue_visits$local, sipHash64(call))
COMMENT 'One wait of one call in one queue.';

CREATE TABLE IF NOT EXISTS agent_legs$on_cluster AS agent_legs$local
ENGINE = Distributed('$cluster', currentDatabase(), agent_legs$local, sipHash64(call))
COMMENT 'One ring of an agent\'s telephone, with the conversation that followed if any.';

CREATE TABLE IF NOT EXISTS agent_states$on_cluster AS agent_states$local
ENGINE = Distributed('$cluster', currentDatabase(), agent_states$local, sipHash64(agent))
COMMENT 'One interval of one agent in one state.';

CREATE TABLE IF NOT EXISTS queue_intervals$on_cluster AS queue_intervals$local
ENGINE = Distributed('$cluster', currentDatabase(), queue_intervals$local, sipHash64(queue))
COMMENT 'Counters of one queue and the minute in which the waits began.';

CREATE TABLE IF NOT EXISTS agent_intervals$on_cluster AS agent_intervals$local
ENGINE = Distributed('$cluster', currentDatabase(), agent_intervals$local, sipHash64(agent))
COMMENT 'Counters of one agent and quarter of an hour. State time is cut at its borders; a leg counts where it was answered, or began.';

CREATE TABLE IF NOT EXISTS gaps$on_cluster AS gaps$local
ENGINE = Distributed('$cluster', currentDatabase(), gaps$local, sipHash64(source))
COMMENT 'One known hole in what a source told.';
