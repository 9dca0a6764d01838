-- Before the pipe: a stream starts with what is loaded after it was made.
CREATE STREAM IF NOT EXISTS {stream} ON TABLE {deltas} APPEND_ONLY = TRUE;

-- A pipe remembers for 14 days what it loaded; it is never replaced, because a new one would load everything again.
CREATE PIPE IF NOT EXISTS {pipe} AUTO_INGEST = {auto_ingest} AS
COPY INTO {deltas}
FROM @{stage}
FILE_FORMAT = (FORMAT_NAME = '{file_format}')
MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
INCLUDE_METADATA = ({object_name} = METADATA$FILENAME, {loaded_at} = METADATA$START_SCAN_TIME)
ON_ERROR = SKIP_FILE;
