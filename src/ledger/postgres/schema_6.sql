-- sign-ups: where they come from, and the notes that wait with them.

-- `form`, `mail`, or the name of a file.
ALTER TABLE pending_signup ADD COLUMN source text NOT NULL DEFAULT 'form';
-- JSON array, or empty.
ALTER TABLE pending_signup ADD COLUMN tags text NOT NULL DEFAULT '';
