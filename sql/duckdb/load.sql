-- Objects of an older definition lack columns: they read as null. A folder named date=... is not a column.
INSERT INTO {deltas} ({columns})
SELECT {lake_values}
FROM ({lake_rows})
