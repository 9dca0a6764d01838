-- The dimension's part of the lake.
CREATE STAGE IF NOT EXISTS {stage} URL = {url} STORAGE_INTEGRATION = {integration};

-- Where Snowpipe loads to: the columns of the lake's objects, the object and when it was read. Times are instants here (the
-- lake's are marked as UTC); the merge turns them into UTC without a zone, whatever the session's zone is.
CREATE TABLE IF NOT EXISTS {deltas} (
    {deltas_definition}
) MAX_DATA_EXTENSION_TIME_IN_DAYS = 90;

-- The deltas of one merge. It exists beforehand because making a table would commit the merge's transaction.
CREATE TRANSIENT TABLE IF NOT EXISTS {batch} (
    {batch_definition}
) DATA_RETENTION_TIME_IN_DAYS = 0;

-- All rows of the history, tombstones among them: one per key and start. Transient: every merge replaces parts of the table, and
-- a week of fail-safe for each would cost more than the table; it can be made again from the lake.
CREATE TRANSIENT TABLE IF NOT EXISTS {history} (
    {history_definition}
);

-- The current state, deleted keys among it: one row per key.
CREATE TRANSIENT TABLE IF NOT EXISTS {current} (
    {current_definition}
);
