-- What is left after the dimensions. The lake is not touched.
DROP TABLE IF EXISTS {loads};
DROP TABLE IF EXISTS {watermarks};
DROP SCHEMA IF EXISTS {internal_schema};
DROP INTEGRATION IF EXISTS {integration};
DROP WAREHOUSE IF EXISTS {warehouse};
DROP ROLE IF EXISTS {pii_reader_role};
DROP ROLE IF EXISTS {reader_role};
DROP ROLE IF EXISTS {deliver_role};
DROP ROLE IF EXISTS {owner_role};

-- The database may hold more than this; if it does not:
--   DROP DATABASE IF EXISTS {database};
