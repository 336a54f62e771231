-- Batches: many cases drawn up from one sheet, with a journal of their own.

CREATE TABLE batch (
    batch_id BIGINT PRIMARY KEY,
    -- SHA-256 of the sheet: one sheet, one batch.
    file     TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(file) = 64),
    name     TEXT COLLATE "C" NOT NULL
);

CREATE TABLE batch_act (
    batch_id BIGINT NOT NULL REFERENCES batch,
    sequence BIGINT NOT NULL CHECK (sequence >= 1),
    kind     TEXT COLLATE "C" NOT NULL CHECK (kind IN ('batchOpened', 'batchFilled', 'batchJudged')),
    person   TEXT COLLATE "C" NOT NULL REFERENCES person,
    delegator TEXT COLLATE "C" REFERENCES person,
    at       TEXT COLLATE "C" NOT NULL,
    document BYTEA NOT NULL,
    digest   TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(digest) = 64),
    previous TEXT COLLATE "C" NOT NULL CHECK (length(previous) = 64),
    PRIMARY KEY (batch_id, sequence)
);

-- The row of a sheet that a case was drawn up from: a row is a case once.
CREATE TABLE batch_row (
    batch_id   BIGINT NOT NULL REFERENCES batch,
    row_number BIGINT NOT NULL CHECK (row_number >= 1),
    case_id    BIGINT NOT NULL UNIQUE REFERENCES office_case,
    -- SHA-256 of what the row says.
    digest     TEXT COLLATE "C" NOT NULL CHECK (length(digest) = 64),
    PRIMARY KEY (batch_id, row_number)
);

CREATE INDEX row_said_before ON batch_row (digest);

CREATE FUNCTION batch_act_follows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM batch_act WHERE batch_id = NEW.batch_id)
      OR EXISTS (SELECT 1 FROM batch_act WHERE batch_id = NEW.batch_id AND sequence = NEW.sequence - 1
                 AND digest <> NEW.previous) THEN
        RAISE EXCEPTION 'journal: the act does not follow the last one';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_act_follows BEFORE INSERT ON batch_act FOR EACH ROW EXECUTE FUNCTION batch_act_follows();
CREATE TRIGGER batch_act_stands_update BEFORE UPDATE ON batch_act
FOR EACH ROW EXECUTE FUNCTION refuse('journal: acts are not changed');
CREATE TRIGGER batch_act_stands_delete BEFORE DELETE ON batch_act
FOR EACH ROW EXECUTE FUNCTION refuse('journal: acts are not taken out');
CREATE TRIGGER batch_act_is_never_emptied BEFORE TRUNCATE ON batch_act
FOR EACH STATEMENT EXECUTE FUNCTION refuse('journal: acts are not taken out');
CREATE TRIGGER batch_row_stands_update BEFORE UPDATE ON batch_row
FOR EACH ROW EXECUTE FUNCTION refuse('batch: rows are not changed');
CREATE TRIGGER batch_row_stands_delete BEFORE DELETE ON batch_row
FOR EACH ROW EXECUTE FUNCTION refuse('batch: rows are not taken out');
CREATE TRIGGER batch_row_is_never_emptied BEFORE TRUNCATE ON batch_row
FOR EACH STATEMENT EXECUTE FUNCTION refuse('batch: rows are not taken out');
-- What waits for a key is found without reading everything that was ever signed.
CREATE INDEX unsigned_credential ON credential (credential_id) WHERE signed IS NULL AND void_id IS NULL;
CREATE INDEX unsigned_event ON event (event_id) WHERE signed IS NULL AND void_id IS NULL;
