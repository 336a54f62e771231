-- The console: who may sign in, who is signed in, and what was tried.

CREATE TABLE console_account (
    person   TEXT    PRIMARY KEY REFERENCES person,
    -- argon2id, as a PHC string.
    password TEXT    NOT NULL,
    -- Whether it was given by somebody else, and is to be changed before anything else is done.
    one_time INTEGER NOT NULL CHECK (one_time IN (0, 1))
) STRICT;

-- By the digest of the identifier that the browser holds: who reads this table cannot sign in by it.
CREATE TABLE console_session (
    digest TEXT    PRIMARY KEY CHECK (length(digest) = 64),
    person TEXT    NOT NULL REFERENCES console_account,
    began  INTEGER NOT NULL,
    seen   INTEGER NOT NULL CHECK (seen >= began)
) STRICT;

-- Failures to sign in since the last success, by account and by address.
CREATE TABLE console_failure (
    subject TEXT    PRIMARY KEY,
    count   INTEGER NOT NULL CHECK (count >= 0),
    last    INTEGER NOT NULL
) STRICT;

-- What was done about signing in (ISO/IEC 27001 A.8.15).
CREATE TABLE console_event (
    console_event_id INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('signedIn', 'signInFailed', 'signedOut', 'passwordChanged', 'accessGiven')),
    person  TEXT NOT NULL,
    by      TEXT,
    address TEXT NOT NULL
) STRICT;

CREATE TRIGGER console_event_stands_update BEFORE UPDATE ON console_event
BEGIN SELECT raise(ABORT, 'console: what was done is not changed'); END;
CREATE TRIGGER console_event_stands_delete BEFORE DELETE ON console_event
BEGIN SELECT raise(ABORT, 'console: what was done is not taken out'); END;
