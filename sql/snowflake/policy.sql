CREATE MASKING POLICY IF NOT EXISTS {policy} AS (val {type}) RETURNS {type} -> {body};
GRANT APPLY ON MASKING POLICY {policy} TO ROLE {owner_role};
