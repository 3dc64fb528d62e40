-- What the delivery was begun with: `smtp`, `sendmail`, or `outbox`, which is a rehearsal.
ALTER TABLE plan ADD COLUMN courier text NOT NULL DEFAULT 'smtp';
-- Acceptances counted for files in the outbox before, and taken back with this migration.
ALTER TABLE plan ADD COLUMN taken_back bigint NOT NULL DEFAULT 0;
-- Before, only the reply of an outbox told a rehearsal. One of which nothing else is known mailed nothing.
UPDATE plan SET courier = 'outbox'
WHERE EXISTS (SELECT 1 FROM delivery WHERE delivery.issue = plan.issue
              AND state = 2 AND code = 0 AND text LIKE 'written to %')
  AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.issue = plan.issue
                  AND state NOT IN (0, 6) AND NOT (state = 2 AND code = 0 AND text LIKE 'written to %'));
-- A rehearsal that was killed and went on as mail: those it wrote files for had no mail and are to be sent to; those in
-- flight may have had one.
UPDATE plan SET taken_back = (SELECT count(*) FROM delivery WHERE delivery.issue = plan.issue
                              AND state = 2 AND code = 0 AND text LIKE 'written to %')
WHERE courier <> 'outbox';
UPDATE delivery SET state = 0, owner = NULL, letter = NULL FROM plan
WHERE plan.issue = delivery.issue AND plan.courier <> 'outbox' AND state = 2 AND code = 0 AND text LIKE 'written to %';
-- answers: refusals are judged at the end of the run they came from.

-- Refusals that no sender has judged yet: those of one that died are planned again by the others.
CREATE TABLE refusal (
    issue  bigint NOT NULL REFERENCES plan,
    seq    bigint NOT NULL,
    PRIMARY KEY (issue, seq)
);

-- Whether another issue was refused for a mailbox.
CREATE INDEX delivery_refused ON delivery (address_key) WHERE state = 4;

-- The issue whose delivery found it out, if one did.
ALTER TABLE suppression ADD COLUMN issue bigint;

-- start: whose ledger it is.

-- The list identifier of the newsletter, in at most one row.
CREATE TABLE identity (
    one      integer PRIMARY KEY CHECK (one = 1),
    list_id  text NOT NULL
);
