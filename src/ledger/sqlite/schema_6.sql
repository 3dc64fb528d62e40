-- audiences: whom a plan is for.

-- What its issue said about its audience, in words; empty for everybody.
ALTER TABLE plan ADD COLUMN audience TEXT NOT NULL DEFAULT '';
-- The issue whose recipients it is for, if it is a correction.
ALTER TABLE plan ADD COLUMN recipients_of INTEGER;
