-- What the warehouse keeps for itself. People read the views in the main schema.
CREATE SCHEMA IF NOT EXISTS ct;

-- Every lake object that was loaded, written in the transaction that loads it.
CREATE TABLE IF NOT EXISTS ct.ledger (
    object_name VARCHAR PRIMARY KEY,
    dimension VARCHAR NOT NULL,
    row_count BIGINT NOT NULL,
    loaded_at TIMESTAMP NOT NULL
);

-- The shape each dimension's tables were made with.
CREATE TABLE IF NOT EXISTS ct.dimensions (
    name VARCHAR PRIMARY KEY,
    key_columns VARCHAR NOT NULL,
    sequence_type VARCHAR NOT NULL
);
