-- SHA-256 of the subscriber list the plan was made from, in hex; empty when not known.
ALTER TABLE plan ADD COLUMN list text NOT NULL DEFAULT '';

-- How many messages went out for an account in a minute, from whichever machine: what limits an hour and a day, and a warm-up,
-- count.
CREATE TABLE sent (
    account   text        NOT NULL,
    minute    timestamptz NOT NULL,  -- its beginning
    messages  bigint      NOT NULL,
    PRIMARY KEY (account, minute)
);
