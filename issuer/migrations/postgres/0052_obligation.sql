-- What is to be done for certificates, and by when: follows from their dates, events and measures by a pure function, and
-- is kept here for the worklist alone.
CREATE TABLE obligation (
    credential_id BIGINT NOT NULL REFERENCES credential,
    kind          TEXT COLLATE "C" NOT NULL CHECK (kind IN ('surveillance', 'nonconformity', 'suspensionEnd', 'renewal')),
    opens         TEXT COLLATE "C" NOT NULL,
    due           TEXT COLLATE "C" NOT NULL,
    grace_until   TEXT COLLATE "C",
    closes        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (credential_id, kind, due)
);

CREATE INDEX obligation_due ON obligation (due, credential_id, kind);
CREATE INDEX obligation_closes ON obligation (closes);

-- Certificates whose obligations are to be worked out anew.
CREATE TABLE obligation_stale (
    credential_id BIGINT PRIMARY KEY REFERENCES credential
);

CREATE FUNCTION obligations_are_stale() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    INSERT INTO obligation_stale VALUES (NEW.credential_id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER credential_received AFTER UPDATE OF receipt, void_id ON credential
FOR EACH ROW EXECUTE FUNCTION obligations_are_stale();
CREATE TRIGGER event_received AFTER UPDATE OF receipt, void_id ON event
FOR EACH ROW EXECUTE FUNCTION obligations_are_stale();
CREATE TRIGGER measure_begun AFTER INSERT ON measure
FOR EACH ROW EXECUTE FUNCTION obligations_are_stale();
CREATE TRIGGER measure_moved AFTER UPDATE OF status ON measure
FOR EACH ROW EXECUTE FUNCTION obligations_are_stale();
