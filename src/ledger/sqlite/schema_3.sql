-- How many messages went out for an account in a minute: what limits an hour and a day, and a warm-up, count.
CREATE TABLE sent (
    account   TEXT    NOT NULL,
    minute    INTEGER NOT NULL,  -- Unix seconds of its beginning
    messages  INTEGER NOT NULL,
    PRIMARY KEY (account, minute)
) WITHOUT ROWID;
