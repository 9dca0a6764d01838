-- What people read.
CREATE OR REPLACE VIEW {history_view} AS
SELECT {key}, {data_}valid_from, valid_to, valid_to IS NULL AS is_current, revision, recorded_at, source_file, source_row
FROM {rows}
WHERE NOT is_deleted AND NOT is_retracted;

CREATE OR REPLACE VIEW {current_view} AS
SELECT {key}, {data_}valid_from, revision
FROM {now}
WHERE NOT is_deleted;
