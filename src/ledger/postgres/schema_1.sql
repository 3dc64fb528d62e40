-- One delivery of one issue.
CREATE TABLE plan (
    issue    bigint      PRIMARY KEY,
    id       bytea       NOT NULL,  -- 16 random bytes: Message-IDs derive from them
    started  timestamptz NOT NULL,  -- the Date of every message
    title    text        NOT NULL,
    subject  text        NOT NULL,
    total    bigint      NOT NULL,  -- rows planned
    key      text        NOT NULL   -- fingerprint of the key of the unsubscribe links, never the key
);

-- The frozen letter; a second version only after `--allow-changed`.
CREATE TABLE letter (
    issue    bigint      NOT NULL REFERENCES plan,
    version  integer     NOT NULL,  -- from 1
    frozen   timestamptz NOT NULL,
    digest   text        NOT NULL,
    bytes    bytea       NOT NULL,
    PRIMARY KEY (issue, version)
);

-- A process that delivers, from its first claim to its end. Its number is the fence: it is never given again.
CREATE TABLE sender (
    id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    issue    bigint      NOT NULL REFERENCES plan,
    name     text        NOT NULL,  -- machine and process, for people
    started  timestamptz NOT NULL,
    until    timestamptz NOT NULL,  -- the lease: after it, whoever looks first may take what it holds
    ended    timestamptz
);
CREATE INDEX sender_alive ON sender (until) WHERE ended IS NULL;

-- One subscriber of one delivery.
CREATE TABLE delivery (
    issue        bigint   NOT NULL REFERENCES plan,
    seq          bigint   NOT NULL,            -- place in the list, from 1
    address      text     NOT NULL,            -- as written
    address_key  text     NOT NULL,            -- what spellings of one mailbox share
    fields       text     NOT NULL,            -- JSON object of columns, or empty
    state        smallint NOT NULL DEFAULT 0,  -- `State` (model)
    owner        bigint   REFERENCES sender,   -- whose hand it is in or was in last; nobody's when it is free
    attempts     integer  NOT NULL DEFAULT 0,  -- how many answers the server has given
    letter       integer,                      -- version of the letter the dot was marked for
    next_at      timestamptz,                  -- when deferred
    code         integer,                      -- the last answer, 0 without a code
    enhanced     text,
    text         text,
    updated      timestamptz,
    PRIMARY KEY (issue, seq)
) WITH (fillfactor = 70);

-- Never twice: one row a mailbox and issue.
CREATE UNIQUE INDEX delivery_mailbox ON delivery (issue, address_key);
CREATE INDEX delivery_free ON delivery (issue, seq) WHERE state = 0 AND owner IS NULL;
CREATE INDEX delivery_deferred ON delivery (issue, next_at) WHERE state = 3;
CREATE INDEX delivery_in_hand ON delivery (owner) WHERE state IN (0, 1, 3) AND owner IS NOT NULL;

-- Addresses that must never get mail, and why.
CREATE TABLE suppression (
    address_key  text        PRIMARY KEY,
    address      text        NOT NULL,
    reason       text        NOT NULL,
    at           timestamptz NOT NULL
);
