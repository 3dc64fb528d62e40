-- readers: what they said, beside what they were sent.

-- Readers who agreed to have mail.
CREATE TABLE subscriber (
    address_key   TEXT    PRIMARY KEY,
    address       TEXT    NOT NULL,   -- as they write it
    fields        TEXT    NOT NULL,   -- JSON object of columns, or empty
    topics        TEXT    NOT NULL,   -- JSON array, or empty
    tags          TEXT    NOT NULL,   -- JSON array, or empty
    source        TEXT    NOT NULL,
    since         INTEGER NOT NULL,   -- Unix seconds, as all times
    confirmed_at  INTEGER
) WITHOUT ROWID;

-- Whose an unsubscribe link is: a link works for ever.
CREATE TABLE unsubscribe_token (
    token        BLOB PRIMARY KEY,    -- 16 bytes
    address_key  TEXT NOT NULL
) WITHOUT ROWID;

-- Whether the tokens of all its rows are in `unsubscribe_token`.
ALTER TABLE plan ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;

-- Sign-ups: nobody is a subscriber before they confirm.
CREATE TABLE pending_signup (
    nonce         BLOB    PRIMARY KEY,  -- made of the token of the confirmation mail, which is not in the ledger
    address_key   TEXT    NOT NULL,
    address       TEXT    NOT NULL,
    fields        TEXT    NOT NULL,
    topics        TEXT    NOT NULL,
    how           TEXT    NOT NULL,
    words         TEXT    NOT NULL,
    network       TEXT    NOT NULL,
    requested_at  INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    confirmed_at  INTEGER
) WITHOUT ROWID;
CREATE INDEX pending_signup_of_address ON pending_signup (address_key);
CREATE INDEX pending_signup_expired ON pending_signup (expires_at);

-- Evidence, only ever added to.
CREATE TABLE consent_event (
    id           INTEGER PRIMARY KEY,
    address_key  TEXT    NOT NULL,
    what         TEXT    NOT NULL,
    how          TEXT    NOT NULL,
    words        TEXT    NOT NULL,
    network      TEXT    NOT NULL,
    at           INTEGER NOT NULL
);
CREATE INDEX consent_event_of_address ON consent_event (address_key, at);

-- The worst report about an issue and an address.
CREATE TABLE bounce (
    issue        INTEGER NOT NULL,    -- 0 if the report does not tell
    address_key  TEXT    NOT NULL,
    class        INTEGER NOT NULL,    -- `BounceClass`
    proof        INTEGER NOT NULL,    -- 1 if it names our token or our message
    status       TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (address_key, issue)
) WITHOUT ROWID;

-- Mail to one reader.
CREATE TABLE outgoing_mail (
    id           INTEGER PRIMARY KEY,
    kind         TEXT    NOT NULL,    -- `confirm`, `welcome`, `link`
    address_key  TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    nonce        BLOB,                -- of the sign-up
    queued_at    INTEGER NOT NULL,
    due          INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    state        TEXT    NOT NULL,    -- `waiting`, `sent`, `failed`, `withheld`
    settled_at   INTEGER
);
CREATE INDEX outgoing_mail_waiting ON outgoing_mail (due) WHERE state = 'waiting';
CREATE INDEX outgoing_mail_of_address ON outgoing_mail (address_key, kind, queued_at);
CREATE INDEX outgoing_mail_sent ON outgoing_mail (settled_at) WHERE state = 'sent';

-- Keyed digests of those who were erased, so that no old list brings them back.
CREATE TABLE erased (
    digest  BLOB    PRIMARY KEY,      -- 16 bytes
    at      INTEGER NOT NULL
) WITHOUT ROWID;
