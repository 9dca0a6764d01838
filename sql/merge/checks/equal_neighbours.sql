-- Rows that touch differ in at least one tracked column.
SELECT DISTINCT {key_of_a}
FROM {history_view} AS a
INNER JOIN {history_view} AS b ON {neighbour_match} AND a.valid_to = b.valid_from
WHERE {tracked_equal}
