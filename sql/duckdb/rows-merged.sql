-- Nothing waits to be merged: reads are reads of the tables.
CREATE OR REPLACE VIEW {rows} AS SELECT {columns} FROM {history};

CREATE OR REPLACE VIEW {now} AS SELECT {current_columns} FROM {current};
