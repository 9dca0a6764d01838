-- Every visible row has a start, and ends after it.
SELECT DISTINCT {key} FROM {history_view} WHERE valid_from IS NULL OR valid_to <= valid_from
