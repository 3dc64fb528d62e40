-- Which key the unsubscribe links of a delivery were made with: its fingerprint, never the key. A machine with another
-- one would mail links that do not work. Empty in plans older than this column.
ALTER TABLE plan ADD COLUMN key TEXT NOT NULL DEFAULT '';
