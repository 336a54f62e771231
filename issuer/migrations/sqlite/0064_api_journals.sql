-- Idempotency keys of every journal of the office, not of cases alone.

CREATE TABLE api_request_of_journals (
    person   TEXT NOT NULL REFERENCES person,
    key      TEXT NOT NULL,
    -- SHA-256 of method, address, media type and body.
    digest   TEXT NOT NULL CHECK (length(digest) = 64),
    at       TEXT NOT NULL,
    -- The act that was done: its journal, the number there (0 where the office has one journal of the kind), its place.
    -- Without a journal while its transaction runs; without a place where an act is the office's program's.
    journal  TEXT CHECK (journal IN ('case', 'batch', 'measure', 'complaint', 'people', 'clients')),
    number   INTEGER,
    sequence INTEGER,
    -- What was answered, where that does not follow from a journal.
    answer   BLOB,
    PRIMARY KEY (person, key),
    CHECK ((journal IS NULL) = (number IS NULL)),
    CHECK (journal IS NOT NULL OR (sequence IS NULL AND answer IS NULL))
) STRICT;

INSERT INTO api_request_of_journals (person, key, digest, at, journal, number, sequence)
SELECT person, key, digest, at, 'case', case_id, sequence FROM api_request WHERE case_id IS NOT NULL;

DROP TABLE api_request;
ALTER TABLE api_request_of_journals RENAME TO api_request;

CREATE INDEX api_request_open ON api_request (journal) WHERE journal IS NULL;

CREATE TRIGGER api_request_stands_update BEFORE UPDATE ON api_request
WHEN OLD.journal IS NOT NULL
BEGIN SELECT raise(ABORT, 'api: what a key brought about is not changed'); END;
CREATE TRIGGER api_request_stands_delete BEFORE DELETE ON api_request
BEGIN SELECT raise(ABORT, 'api: what a key brought about is not taken out'); END;
