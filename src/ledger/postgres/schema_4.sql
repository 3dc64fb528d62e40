-- readers: what they said, beside what they were sent.

-- Readers who agreed to have mail.
CREATE TABLE subscriber (
    address_key   text        PRIMARY KEY,
    address       text        NOT NULL,   -- as they write it
    fields        text        NOT NULL,   -- JSON object of columns, or empty
    topics        text        NOT NULL,   -- JSON array, or empty
    tags          text        NOT NULL,   -- JSON array, or empty
    source        text        NOT NULL,
    since         timestamptz NOT NULL,
    confirmed_at  timestamptz
);

-- Whose an unsubscribe link is: a link works for ever.
CREATE TABLE unsubscribe_token (
    token        bytea PRIMARY KEY,       -- 16 bytes
    address_key  text  NOT NULL
);

-- Whether the tokens of all its rows are in `unsubscribe_token`.
ALTER TABLE plan ADD COLUMN indexed boolean NOT NULL DEFAULT false;

-- Sign-ups: nobody is a subscriber before they confirm.
CREATE TABLE pending_signup (
    nonce         bytea       PRIMARY KEY,  -- made of the token of the confirmation mail, which is not in the ledger
    address_key   text        NOT NULL,
    address       text        NOT NULL,
    fields        text        NOT NULL,
    topics        text        NOT NULL,
    how           text        NOT NULL,
    words         text        NOT NULL,
    network       text        NOT NULL,
    requested_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    confirmed_at  timestamptz
);
CREATE INDEX pending_signup_of_address ON pending_signup (address_key);
CREATE INDEX pending_signup_expired ON pending_signup (expires_at);

-- Evidence, only ever added to.
CREATE TABLE consent_event (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address_key  text        NOT NULL,
    what         text        NOT NULL,
    how          text        NOT NULL,
    words        text        NOT NULL,
    network      text        NOT NULL,
    at           timestamptz NOT NULL
);
CREATE INDEX consent_event_of_address ON consent_event (address_key, at);

-- The worst report about an issue and an address.
CREATE TABLE bounce (
    issue        bigint      NOT NULL,    -- 0 if the report does not tell
    address_key  text        NOT NULL,
    class        integer     NOT NULL,    -- `BounceClass`
    proof        boolean     NOT NULL,    -- whether it names our token or our message
    status       text        NOT NULL,
    text         text        NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (address_key, issue)
);

-- Mail to one reader.
CREATE TABLE outgoing_mail (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text        NOT NULL,    -- `confirm`, `welcome`, `link`
    address_key  text        NOT NULL,
    address      text        NOT NULL,
    nonce        bytea,                   -- of the sign-up
    queued_at    timestamptz NOT NULL,
    due          timestamptz NOT NULL,
    attempts     integer     NOT NULL DEFAULT 0,
    state        text        NOT NULL,    -- `waiting`, `sent`, `failed`, `withheld`
    settled_at   timestamptz
);
CREATE INDEX outgoing_mail_waiting ON outgoing_mail (due) WHERE state = 'waiting';
CREATE INDEX outgoing_mail_of_address ON outgoing_mail (address_key, kind, queued_at);
CREATE INDEX outgoing_mail_sent ON outgoing_mail (settled_at) WHERE state = 'sent';

-- Keyed digests of those who were erased, so that no old list brings them back.
CREATE TABLE erased (
    digest  bytea       PRIMARY KEY,      -- 16 bytes
    at      timestamptz NOT NULL
);
