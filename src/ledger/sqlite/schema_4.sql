-- What the delivery was begun with: `smtp`, `sendmail`, or `outbox`, which is a rehearsal. Of plans made
-- before this column, migration.rs finds it out.
ALTER TABLE plan ADD COLUMN courier TEXT NOT NULL DEFAULT 'smtp';
-- Acceptances counted for files in the outbox before, and taken back with the migration.
ALTER TABLE plan ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0;
-- answers: refusals are judged at the end of the run they came from.

-- Refusals that no run has judged yet: those of a sender that was killed are planned again by the next one.
CREATE TABLE refusal (
    issue  INTEGER NOT NULL REFERENCES plan (issue),
    seq    INTEGER NOT NULL,
    PRIMARY KEY (issue, seq)
) WITHOUT ROWID;

-- Whether another issue was refused for a mailbox.
CREATE INDEX delivery_refused ON delivery (address_key) WHERE state = 4;

-- The issue whose delivery found it out, if one did.
ALTER TABLE suppression ADD COLUMN issue INTEGER;

-- start: whose ledger it is.

-- The list identifier of the newsletter, in at most one row.
CREATE TABLE identity (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    list_id  TEXT NOT NULL
);
