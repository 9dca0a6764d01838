-- All rows of the history that were merged, tombstones among them: one per key and start.
CREATE TABLE IF NOT EXISTS {history} ({history_definition});

-- Loaded, not yet merged.
CREATE TABLE IF NOT EXISTS {deltas} ({history_definition});

-- The current state that was merged, deleted keys among them: one row per key.
CREATE TABLE IF NOT EXISTS {current} ({current_definition});
