-- One delivery of one issue.
CREATE TABLE plan (
    issue    INTEGER PRIMARY KEY,
    id       BLOB    NOT NULL,  -- 16 random bytes: Message-IDs derive from them
    started  INTEGER NOT NULL,  -- Unix seconds; the Date of every message
    title    TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    total    INTEGER NOT NULL,  -- rows planned
    key      TEXT    NOT NULL   -- fingerprint of the key of the unsubscribe links, never the key
);

-- The frozen letter; a second version only after `--allow-changed`.
CREATE TABLE letter (
    issue    INTEGER NOT NULL REFERENCES plan (issue),
    version  INTEGER NOT NULL,  -- from 1
    frozen   INTEGER NOT NULL,  -- Unix seconds
    digest   TEXT    NOT NULL,
    bytes    BLOB    NOT NULL,
    PRIMARY KEY (issue, version)
) WITHOUT ROWID;

-- One subscriber of one delivery.
CREATE TABLE delivery (
    issue        INTEGER NOT NULL REFERENCES plan (issue),
    seq          INTEGER NOT NULL,            -- place in the list, from 1
    address      TEXT    NOT NULL,            -- as written
    address_key  TEXT    NOT NULL,            -- what spellings of one mailbox share
    fields       TEXT    NOT NULL,            -- JSON object of columns, or empty
    state        INTEGER NOT NULL DEFAULT 0,  -- `State` (model)
    attempts     INTEGER NOT NULL DEFAULT 0,  -- how often the dot was marked
    letter       INTEGER,                     -- version of the letter the dot was marked for
    next_at      INTEGER,                     -- Unix seconds, when deferred
    code         INTEGER,                     -- the last answer, 0 without a code
    enhanced     TEXT,
    text         TEXT,
    updated      INTEGER,                     -- Unix seconds
    PRIMARY KEY (issue, seq)
) WITHOUT ROWID;

-- Never twice: one row a mailbox and issue. A table and not an index of `delivery`, so that a plan can fill it in the order
-- of its keys: putting a million mailboxes into an index as the list has them takes four times as long.
CREATE TABLE mailbox (
    issue        INTEGER NOT NULL REFERENCES plan (issue),
    address_key  TEXT    NOT NULL,
    PRIMARY KEY (issue, address_key)
) WITHOUT ROWID;

CREATE INDEX delivery_deferred ON delivery (issue, next_at) WHERE state = 3;

-- Addresses that must never get mail, and why.
CREATE TABLE suppression (
    address_key  TEXT    PRIMARY KEY,
    address      TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    at           INTEGER NOT NULL             -- Unix seconds
) WITHOUT ROWID;
