-- Complaints and appeals (ISO/IEC 17065 §7.13), as append-only, hash-chained journals.
CREATE TABLE complaint (
    complaint_id BIGINT PRIMARY KEY,
    -- Where its participants stand: whoever was involved in what it is about never decides on it.
    case_file_id BIGINT NOT NULL UNIQUE REFERENCES case_file,
    kind         TEXT COLLATE "C" NOT NULL CHECK (kind IN ('complaint', 'appeal')),
    status       TEXT COLLATE "C" NOT NULL CHECK (status IN ('received', 'acknowledged', 'decided', 'closed')),
    received_on  TEXT COLLATE "C" NOT NULL,
    subject      TEXT COLLATE "C" NOT NULL,
    acts         BIGINT NOT NULL CHECK (acts >= 1),
    head         TEXT COLLATE "C" NOT NULL CHECK (length(head) = 64)
);

CREATE INDEX complaint_queue ON complaint (status, complaint_id);

CREATE TABLE complaint_act (
    complaint_id BIGINT NOT NULL REFERENCES complaint,
    sequence     BIGINT NOT NULL CHECK (sequence >= 1),
    case_file_id BIGINT NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL CHECK (kind IN ('received', 'acknowledged', 'decided', 'closed')),
    person       TEXT COLLATE "C" NOT NULL REFERENCES person,
    -- For whom, when as a deputy.
    delegator    TEXT COLLATE "C" REFERENCES person,
    side         TEXT COLLATE "C",
    at           TEXT COLLATE "C" NOT NULL,
    document     BYTEA NOT NULL,
    digest       TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(digest) = 64),
    previous     TEXT COLLATE "C" NOT NULL CHECK (length(previous) = 64),
    PRIMARY KEY (complaint_id, sequence),
    FOREIGN KEY (case_file_id, person, side) REFERENCES participant (case_file_id, person, side),
    FOREIGN KEY (case_file_id, delegator, side) REFERENCES participant (case_file_id, person, side),
    CHECK (delegator IS NULL OR delegator <> person),
    CHECK ((side IS NOT DISTINCT FROM 'judging') = (kind = 'decided'))
);

CREATE FUNCTION complaint_act_follows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM complaint_act WHERE complaint_id = NEW.complaint_id)
      OR EXISTS (SELECT 1 FROM complaint_act WHERE complaint_id = NEW.complaint_id AND sequence = NEW.sequence - 1
                 AND digest <> NEW.previous)
      OR NEW.case_file_id <> (SELECT case_file_id FROM complaint WHERE complaint_id = NEW.complaint_id) THEN
        RAISE EXCEPTION 'journal: the act does not follow the last one';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER complaint_act_follows BEFORE INSERT ON complaint_act FOR EACH ROW EXECUTE FUNCTION complaint_act_follows();
CREATE TRIGGER complaint_act_stands_update BEFORE UPDATE ON complaint_act
FOR EACH ROW EXECUTE FUNCTION refuse('journal: acts are not changed');
CREATE TRIGGER complaint_act_stands_delete BEFORE DELETE ON complaint_act
FOR EACH ROW EXECUTE FUNCTION refuse('journal: acts are not taken out');
CREATE TRIGGER complaint_act_is_never_emptied BEFORE TRUNCATE ON complaint_act
FOR EACH STATEMENT EXECUTE FUNCTION refuse('journal: acts are not taken out');
