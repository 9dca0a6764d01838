-- Deltas wait to be merged: rows they do not touch come straight from the tables, the others are compared by revision.
CREATE OR REPLACE VIEW {rows} AS
SELECT {columns}
FROM {history}
WHERE ({key}, valid_from) NOT IN (SELECT ({key}, valid_from) FROM {deltas})
UNION ALL
SELECT {columns}
FROM (
    SELECT {columns} FROM {deltas}
    UNION ALL
    SELECT {columns} FROM {history} WHERE ({key}, valid_from) IN (SELECT ({key}, valid_from) FROM {deltas})
)
QUALIFY ROW_NUMBER() OVER (PARTITION BY {key}, valid_from ORDER BY revision DESC) = 1;

CREATE OR REPLACE VIEW {now} AS
SELECT {current_columns}
FROM {current}
WHERE {key_row} NOT IN (SELECT {key_row} FROM {deltas} WHERE valid_to IS NULL AND NOT is_retracted)
UNION ALL
SELECT {current_columns}
FROM (
    SELECT {current_columns} FROM {deltas} WHERE valid_to IS NULL AND NOT is_retracted
    UNION ALL
    SELECT {current_columns} FROM {current}
    WHERE {key_row} IN (SELECT {key_row} FROM {deltas} WHERE valid_to IS NULL AND NOT is_retracted)
)
QUALIFY ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY revision DESC) = 1;
