ALTER TABLE {table} MODIFY COLUMN {column} SET TAG {pii_tag} = 'true';
