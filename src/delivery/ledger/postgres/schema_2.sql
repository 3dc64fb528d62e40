-- SHA-256 of the subscriber list the plan was made from, in hex; empty when not known.
ALTER TABLE plan ADD COLUMN list text NOT NULL DEFAULT '';
