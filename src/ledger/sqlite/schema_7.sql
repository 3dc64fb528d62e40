-- sign-ups: where they come from, and the notes that wait with them.

-- `form`, `mail`, or the name of a file.
ALTER TABLE pending_signup ADD COLUMN source TEXT NOT NULL DEFAULT 'form';
-- JSON array, or empty.
ALTER TABLE pending_signup ADD COLUMN tags TEXT NOT NULL DEFAULT '';
