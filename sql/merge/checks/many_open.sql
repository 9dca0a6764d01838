-- A key has at most one open row.
SELECT {key} FROM {history_view} WHERE valid_to IS NULL GROUP BY {key} HAVING COUNT(*) > 1
