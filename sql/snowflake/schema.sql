-- How the lake's objects are read. Without NULL_IF a text that says \N would be read as null.
CREATE FILE FORMAT IF NOT EXISTS {file_format} TYPE = PARQUET USE_LOGICAL_TYPE = TRUE NULL_IF = ();

-- The objects that were merged, and how many rows of each. One object may be loaded, and so merged, in several parts. merged_at
-- is when the last merge of it took its rows from the stream, not when it ended: what was loaded before is in the tables.
CREATE TABLE IF NOT EXISTS {loads} (
    object_name VARCHAR NOT NULL,
    dimension VARCHAR NOT NULL,
    row_count NUMBER(19,0) NOT NULL,
    merged_at TIMESTAMP_NTZ(6) NOT NULL
);

-- How far each shard is merged into both tables; merged_at as above.
CREATE TABLE IF NOT EXISTS {watermarks} (
    dimension VARCHAR NOT NULL,
    shard NUMBER(10,0) NOT NULL,
    recorded_at TIMESTAMP_NTZ(6) NOT NULL,
    row_count NUMBER(19,0) NOT NULL,
    merged_at TIMESTAMP_NTZ(6) NOT NULL
);
GRANT SELECT ON TABLE {loads} TO ROLE {deliver_role};
GRANT SELECT ON TABLE {watermarks} TO ROLE {deliver_role};
