-- The JSON API of the office: tokens, and which act each idempotency key brought about.

-- By the digest of the secret: who reads this table cannot act by it.
CREATE TABLE office_token (
    office_token_id INTEGER PRIMARY KEY,
    -- By which it is found; not secret.
    prefix  TEXT    NOT NULL UNIQUE CHECK (length(prefix) = 12),
    digest  TEXT    NOT NULL CHECK (length(digest) = 64),
    -- For whom it acts, and nobody else.
    person  TEXT    NOT NULL REFERENCES person,
    name    TEXT    NOT NULL,
    -- Words of a closed set, with a space between two.
    scopes  TEXT    NOT NULL CHECK (scopes <> ''),
    created TEXT    NOT NULL,
    by      TEXT    NOT NULL REFERENCES person,
    -- Unix seconds.
    expires INTEGER NOT NULL,
    revoked INTEGER
) STRICT;

-- A token is never widened or brought back: all that changes is that it is revoked, once.
CREATE TRIGGER office_token_stands_update BEFORE UPDATE ON office_token
WHEN OLD.revoked IS NOT NULL OR NEW.revoked IS NULL OR OLD.office_token_id <> NEW.office_token_id
  OR OLD.prefix <> NEW.prefix OR OLD.digest <> NEW.digest OR OLD.person <> NEW.person OR OLD.name <> NEW.name
  OR OLD.scopes <> NEW.scopes OR OLD.created <> NEW.created OR OLD.by <> NEW.by OR OLD.expires <> NEW.expires
BEGIN SELECT raise(ABORT, 'token: it is revoked, and nothing else of it changed'); END;
CREATE TRIGGER office_token_stands_delete BEFORE DELETE ON office_token
BEGIN SELECT raise(ABORT, 'token: it is revoked, and not taken out'); END;

-- Written in the transaction of the act itself: a row stands where, and only where, the act was done.
CREATE TABLE api_request (
    person   TEXT NOT NULL REFERENCES person,
    key      TEXT NOT NULL,
    -- SHA-256 of method, address, media type and body.
    digest   TEXT NOT NULL CHECK (length(digest) = 64),
    at       TEXT NOT NULL,
    -- The act that was done. Without one while its transaction runs, and where an act is the office's program's.
    case_id  INTEGER REFERENCES office_case,
    sequence INTEGER,
    PRIMARY KEY (person, key),
    CHECK (sequence IS NULL OR case_id IS NOT NULL)
) STRICT;

CREATE INDEX api_request_open ON api_request (case_id) WHERE case_id IS NULL;

CREATE TRIGGER api_request_stands_update BEFORE UPDATE ON api_request
WHEN OLD.case_id IS NOT NULL
BEGIN SELECT raise(ABORT, 'api: what a key brought about is not changed'); END;
CREATE TRIGGER api_request_stands_delete BEFORE DELETE ON api_request
BEGIN SELECT raise(ABORT, 'api: what a key brought about is not taken out'); END;

-- Lists of an evaluator's cases at any size.
CREATE INDEX case_assignment ON case_act (json_extract(CAST(document AS TEXT), '$.content.evaluator'), case_id)
    WHERE kind = 'assigned';
