-- What is to be done for certificates, and by when: follows from their dates, events and measures by a pure function, and
-- is kept here for the worklist alone.
CREATE TABLE obligation (
    credential_id INTEGER NOT NULL REFERENCES credential,
    kind          TEXT    NOT NULL CHECK (kind IN ('surveillance', 'nonconformity', 'suspensionEnd', 'renewal')),
    opens         TEXT    NOT NULL,
    due           TEXT    NOT NULL,
    grace_until   TEXT,
    closes        TEXT    NOT NULL,
    PRIMARY KEY (credential_id, kind, due)
) STRICT;

CREATE INDEX obligation_due ON obligation (due, credential_id, kind);
CREATE INDEX obligation_closes ON obligation (closes);

-- Certificates whose obligations are to be worked out anew.
CREATE TABLE obligation_stale (
    credential_id INTEGER PRIMARY KEY REFERENCES credential
) STRICT;

INSERT INTO obligation_stale SELECT credential_id FROM credential WHERE receipt IS NOT NULL AND void_id IS NULL;

CREATE TRIGGER credential_received AFTER UPDATE OF receipt, void_id ON credential
BEGIN INSERT INTO obligation_stale SELECT NEW.credential_id
      WHERE NOT EXISTS (SELECT 1 FROM obligation_stale WHERE credential_id = NEW.credential_id); END;
CREATE TRIGGER event_received AFTER UPDATE OF receipt, void_id ON event
BEGIN INSERT INTO obligation_stale SELECT NEW.credential_id
      WHERE NOT EXISTS (SELECT 1 FROM obligation_stale WHERE credential_id = NEW.credential_id); END;
CREATE TRIGGER measure_begun AFTER INSERT ON measure
BEGIN INSERT INTO obligation_stale SELECT NEW.credential_id
      WHERE NOT EXISTS (SELECT 1 FROM obligation_stale WHERE credential_id = NEW.credential_id); END;
CREATE TRIGGER measure_moved AFTER UPDATE OF status ON measure
BEGIN INSERT INTO obligation_stale SELECT NEW.credential_id
      WHERE NOT EXISTS (SELECT 1 FROM obligation_stale WHERE credential_id = NEW.credential_id); END;
