-- How many runs the plan has had: part of the name of the transmit log of the newest.
ALTER TABLE plan ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;

-- SHA-256 of the subscriber list it was made from, in hex; empty when not known.
ALTER TABLE plan ADD COLUMN list TEXT NOT NULL DEFAULT '';
