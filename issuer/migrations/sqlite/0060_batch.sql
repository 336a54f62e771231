-- Batches: many cases drawn up from one sheet, with a journal of their own.

CREATE TABLE batch (
    batch_id INTEGER PRIMARY KEY,
    -- SHA-256 of the sheet: one sheet, one batch.
    file     TEXT    NOT NULL UNIQUE CHECK (length(file) = 64),
    name     TEXT    NOT NULL
) STRICT;

CREATE TABLE batch_act (
    batch_id INTEGER NOT NULL REFERENCES batch,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    kind     TEXT    NOT NULL CHECK (kind IN ('batchOpened', 'batchFilled', 'batchJudged')),
    person   TEXT    NOT NULL REFERENCES person,
    delegator TEXT   REFERENCES person,
    at       TEXT    NOT NULL,
    document BLOB    NOT NULL,
    digest   TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
    previous TEXT    NOT NULL CHECK (length(previous) = 64),
    PRIMARY KEY (batch_id, sequence)
) STRICT;

-- The row of a sheet that a case was drawn up from: a row is a case once.
CREATE TABLE batch_row (
    batch_id   INTEGER NOT NULL REFERENCES batch,
    row_number INTEGER NOT NULL CHECK (row_number >= 1),
    case_id    INTEGER NOT NULL UNIQUE REFERENCES office_case,
    -- SHA-256 of what the row says.
    digest     TEXT    NOT NULL CHECK (length(digest) = 64),
    PRIMARY KEY (batch_id, row_number)
) STRICT;

CREATE INDEX row_said_before ON batch_row (digest);

CREATE TRIGGER batch_act_follows BEFORE INSERT ON batch_act
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM batch_act WHERE batch_id = NEW.batch_id)
  OR EXISTS (SELECT 1 FROM batch_act WHERE batch_id = NEW.batch_id AND sequence = NEW.sequence - 1
             AND digest <> NEW.previous)
BEGIN SELECT raise(ABORT, 'journal: the act does not follow the last one'); END;
CREATE TRIGGER batch_act_stands_update BEFORE UPDATE ON batch_act
BEGIN SELECT raise(ABORT, 'journal: acts are not changed'); END;
CREATE TRIGGER batch_act_stands_delete BEFORE DELETE ON batch_act
BEGIN SELECT raise(ABORT, 'journal: acts are not taken out'); END;
CREATE TRIGGER batch_row_stands_update BEFORE UPDATE ON batch_row
BEGIN SELECT raise(ABORT, 'batch: rows are not changed'); END;
CREATE TRIGGER batch_row_stands_delete BEFORE DELETE ON batch_row
BEGIN SELECT raise(ABORT, 'batch: rows are not taken out'); END;

-- What waits for a key is found without reading everything that was ever signed.
CREATE INDEX unsigned_credential ON credential (credential_id) WHERE signed IS NULL AND void_id IS NULL;
CREATE INDEX unsigned_event ON event (event_id) WHERE signed IS NULL AND void_id IS NULL;
