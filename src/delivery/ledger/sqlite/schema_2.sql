-- How many runs the plan has had: names the tally of the newest (tally.rs).
ALTER TABLE plan ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;
