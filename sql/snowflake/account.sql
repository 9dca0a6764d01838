-- What only an administrator can make: roles, warehouse, database, schemas, storage integration.
-- Roles: OWNER owns every object and merges; DELIVER is what the running pipeline uses; READER reads the views, personal columns
-- masked; PII_READER reads them plainly. PII_READER is given to nobody here, not even to SYSADMIN: whoever may see personal
-- columns is named by hand.
CREATE ROLE IF NOT EXISTS {owner_role};
CREATE ROLE IF NOT EXISTS {deliver_role};
CREATE ROLE IF NOT EXISTS {reader_role};
CREATE ROLE IF NOT EXISTS {pii_reader_role};
GRANT ROLE {owner_role} TO ROLE SYSADMIN;
GRANT ROLE {owner_role} TO ROLE {admin_role};
GRANT ROLE {deliver_role} TO ROLE SYSADMIN;
GRANT ROLE {reader_role} TO ROLE SYSADMIN;
GRANT ROLE {reader_role} TO ROLE {pii_reader_role};

-- The smallest warehouse is enough; it is up only while it merges or answers.
CREATE WAREHOUSE IF NOT EXISTS {warehouse} WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 60 AUTO_RESUME = TRUE INITIALLY_SUSPENDED = TRUE;
GRANT USAGE ON WAREHOUSE {warehouse} TO ROLE {owner_role};
GRANT USAGE ON WAREHOUSE {warehouse} TO ROLE {deliver_role};
GRANT USAGE ON WAREHOUSE {warehouse} TO ROLE {reader_role};

CREATE DATABASE IF NOT EXISTS {database};
CREATE SCHEMA IF NOT EXISTS {served_schema};
CREATE SCHEMA IF NOT EXISTS {internal_schema};
GRANT USAGE ON DATABASE {database} TO ROLE {owner_role};
GRANT USAGE ON DATABASE {database} TO ROLE {deliver_role};
GRANT USAGE ON DATABASE {database} TO ROLE {reader_role};
GRANT USAGE, CREATE VIEW ON SCHEMA {served_schema} TO ROLE {owner_role};
GRANT USAGE ON SCHEMA {served_schema} TO ROLE {reader_role};
GRANT USAGE, CREATE TABLE, CREATE FILE FORMAT, CREATE STAGE, CREATE PIPE, CREATE STREAM, CREATE PROCEDURE, CREATE TASK{create_policies} ON SCHEMA {internal_schema} TO ROLE {owner_role};
GRANT USAGE ON SCHEMA {internal_schema} TO ROLE {deliver_role};
GRANT EXECUTE TASK ON ACCOUNT TO ROLE {owner_role};

-- How Snowflake reads the bucket: by a role of AWS, without keys. It is never replaced: that would make a new external id, and
-- the trust between the two accounts would be gone.
CREATE STORAGE INTEGRATION IF NOT EXISTS {integration} TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = '{provider}' ENABLED = TRUE STORAGE_AWS_ROLE_ARN = {role_arn} STORAGE_ALLOWED_LOCATIONS = ({location});
GRANT USAGE ON INTEGRATION {integration} TO ROLE {owner_role};

-- The pipeline's own user, once, with the public half of its key (see docs/snowflake.md):
--   CREATE USER IF NOT EXISTS <user> TYPE = SERVICE DEFAULT_ROLE = {deliver_role} DEFAULT_WAREHOUSE = {warehouse} RSA_PUBLIC_KEY = '<key>';
--   GRANT ROLE {deliver_role} TO USER <user>;
