-- Marks personal columns, so that they can be found. No policy hangs on the tag: it would mask the tables below the views as
-- well, and the merge, which reads them, would write masked values back for good.
CREATE TAG IF NOT EXISTS {pii_tag};
GRANT APPLY ON TAG {pii_tag} TO ROLE {owner_role};
