-- Complaints and appeals (ISO/IEC 17065 §7.13), as append-only, hash-chained journals.
CREATE TABLE complaint (
    complaint_id INTEGER PRIMARY KEY,
    -- Where its participants stand: whoever was involved in what it is about never decides on it.
    case_file_id INTEGER NOT NULL UNIQUE REFERENCES case_file,
    kind         TEXT    NOT NULL CHECK (kind IN ('complaint', 'appeal')),
    status       TEXT    NOT NULL CHECK (status IN ('received', 'acknowledged', 'decided', 'closed')),
    received_on  TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    acts         INTEGER NOT NULL CHECK (acts >= 1),
    head         TEXT    NOT NULL CHECK (length(head) = 64)
) STRICT;

CREATE INDEX complaint_queue ON complaint (status, complaint_id);

CREATE TABLE complaint_act (
    complaint_id INTEGER NOT NULL REFERENCES complaint,
    sequence     INTEGER NOT NULL CHECK (sequence >= 1),
    case_file_id INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('received', 'acknowledged', 'decided', 'closed')),
    person       TEXT    NOT NULL REFERENCES person,
    -- For whom, when as a deputy.
    delegator    TEXT    REFERENCES person,
    side         TEXT,
    at           TEXT    NOT NULL,
    document     BLOB    NOT NULL,
    digest       TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
    previous     TEXT    NOT NULL CHECK (length(previous) = 64),
    PRIMARY KEY (complaint_id, sequence),
    FOREIGN KEY (case_file_id, person, side) REFERENCES participant (case_file_id, person, side),
    FOREIGN KEY (case_file_id, delegator, side) REFERENCES participant (case_file_id, person, side),
    CHECK (delegator IS NULL OR delegator <> person),
    CHECK ((side IS 'judging') = (kind = 'decided'))
) STRICT;

CREATE TRIGGER complaint_act_follows BEFORE INSERT ON complaint_act
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM complaint_act WHERE complaint_id = NEW.complaint_id)
  OR EXISTS (SELECT 1 FROM complaint_act WHERE complaint_id = NEW.complaint_id AND sequence = NEW.sequence - 1
             AND digest <> NEW.previous)
  OR NEW.case_file_id <> (SELECT case_file_id FROM complaint WHERE complaint_id = NEW.complaint_id)
BEGIN SELECT raise(ABORT, 'journal: the act does not follow the last one'); END;
CREATE TRIGGER complaint_act_stands_update BEFORE UPDATE ON complaint_act
BEGIN SELECT raise(ABORT, 'journal: acts are not changed'); END;
CREATE TRIGGER complaint_act_stands_delete BEFORE DELETE ON complaint_act
BEGIN SELECT raise(ABORT, 'journal: acts are not taken out'); END;
