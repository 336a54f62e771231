-- Casework: people and cases as append-only, hash-chained journals, and what the database keeps apart by itself.

-- The journal of people, roles and mandates.
CREATE TABLE personnel_act (
    sequence INTEGER PRIMARY KEY CHECK (sequence >= 1),
    kind     TEXT NOT NULL,
    at       TEXT NOT NULL,
    document BLOB NOT NULL,
    digest   TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    previous TEXT NOT NULL CHECK (length(previous) = 64)
) STRICT;

CREATE TABLE person (
    person TEXT PRIMARY KEY
) STRICT;

-- One key, one person: two accounts of one person would undo the separation of duties.
CREATE TABLE person_key (
    key    TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person
) STRICT;

-- A case. What stands here follows from its acts, and is kept for lists and queues.
CREATE TABLE office_case (
    case_id      INTEGER PRIMARY KEY,
    -- Where its participants stand.
    case_file_id INTEGER NOT NULL UNIQUE REFERENCES case_file,
    edition      TEXT    NOT NULL,
    holder       TEXT    NOT NULL,
    holder_name  TEXT    NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('inWork', 'refused', 'issued', 'closed')),
    -- Code of the stage that is next; none when all are settled.
    stage        TEXT,
    acts         INTEGER NOT NULL CHECK (acts >= 1),
    head         TEXT    NOT NULL CHECK (length(head) = 64)
) STRICT;

CREATE INDEX case_queue ON office_case (status, stage);
CREATE INDEX case_of_holder ON office_case (holder);

-- Reviewer or decider, and the approval office held, where the scheme's rule keeps them apart: one row a person and
-- field, so one of each (DESIGN §2 invariant 7).
CREATE TABLE judge (
    case_file_id INTEGER NOT NULL REFERENCES case_file,
    person       TEXT    NOT NULL,
    field        TEXT    NOT NULL CHECK (field IN ('judgement', 'approval')),
    stage        TEXT    NOT NULL,
    PRIMARY KEY (case_file_id, person, field),
    UNIQUE (case_file_id, person, field, stage)
) STRICT;

-- The journals of cases. An act stands only where everybody for whom it counts is on its side, and on no other.
CREATE TABLE case_act (
    case_id      INTEGER NOT NULL REFERENCES office_case,
    sequence     INTEGER NOT NULL CHECK (sequence >= 1),
    case_file_id INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('applied', 'amended', 'attached', 'assigned', 'declared', 'evaluated',
                                                  'done', 'waived', 'judged', 'returned', 'issued', 'closed')),
    person       TEXT    REFERENCES person,
    -- For whom, when as a deputy.
    delegator    TEXT    REFERENCES person,
    side         TEXT,
    field        TEXT,
    stage        TEXT,
    at           TEXT    NOT NULL,
    document     BLOB    NOT NULL,
    digest       TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
    previous     TEXT    NOT NULL CHECK (length(previous) = 64),
    PRIMARY KEY (case_id, sequence),
    FOREIGN KEY (case_file_id, person, side) REFERENCES participant (case_file_id, person, side),
    FOREIGN KEY (case_file_id, delegator, side) REFERENCES participant (case_file_id, person, side),
    FOREIGN KEY (case_file_id, person, field, stage) REFERENCES judge (case_file_id, person, field, stage),
    FOREIGN KEY (case_file_id, delegator, field, stage) REFERENCES judge (case_file_id, person, field, stage),
    CHECK ((person IS NULL) = (kind = 'issued')),
    CHECK (delegator IS NULL OR (person IS NOT NULL AND delegator <> person)),
    CHECK ((field IS NULL) = (stage IS NULL)),
    CHECK (kind NOT IN ('applied', 'amended', 'attached', 'assigned', 'declared', 'evaluated') OR side IS 'making'),
    CHECK (kind NOT IN ('judged', 'returned') OR side IS 'judging')
) STRICT;

-- Files attached, by digest. Their bytes never change.
CREATE TABLE attachment (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
    size   INTEGER NOT NULL CHECK (size >= 0),
    bytes  BLOB    NOT NULL
) STRICT;

CREATE TABLE case_attachment (
    case_id INTEGER NOT NULL REFERENCES office_case,
    digest  TEXT    NOT NULL REFERENCES attachment,
    purpose TEXT    NOT NULL,
    PRIMARY KEY (case_id, digest, purpose)
) STRICT;

-- Who read which file, when (ISO/IEC 17065 §7.12).
CREATE TABLE attachment_access (
    attachment_access_id INTEGER PRIMARY KEY,
    case_id              INTEGER NOT NULL REFERENCES office_case,
    digest               TEXT    NOT NULL REFERENCES attachment,
    person               TEXT    NOT NULL REFERENCES person,
    at                   TEXT    NOT NULL
) STRICT;

-- Nothing of a journal is changed or taken out, and nothing put in between.
CREATE TRIGGER personnel_act_follows BEFORE INSERT ON personnel_act
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM personnel_act)
  OR EXISTS (SELECT 1 FROM personnel_act WHERE sequence = NEW.sequence - 1 AND digest <> NEW.previous)
BEGIN SELECT raise(ABORT, 'journal: the act does not follow the last one'); END;
CREATE TRIGGER personnel_act_stands_update BEFORE UPDATE ON personnel_act
BEGIN SELECT raise(ABORT, 'journal: acts are not changed'); END;
CREATE TRIGGER personnel_act_stands_delete BEFORE DELETE ON personnel_act
BEGIN SELECT raise(ABORT, 'journal: acts are not taken out'); END;

CREATE TRIGGER case_act_follows BEFORE INSERT ON case_act
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM case_act WHERE case_id = NEW.case_id)
  OR EXISTS (SELECT 1 FROM case_act WHERE case_id = NEW.case_id AND sequence = NEW.sequence - 1
             AND digest <> NEW.previous)
  OR NEW.case_file_id <> (SELECT case_file_id FROM office_case WHERE case_id = NEW.case_id)
BEGIN SELECT raise(ABORT, 'journal: the act does not follow the last one'); END;
CREATE TRIGGER case_act_stands_update BEFORE UPDATE ON case_act
BEGIN SELECT raise(ABORT, 'journal: acts are not changed'); END;
CREATE TRIGGER case_act_stands_delete BEFORE DELETE ON case_act
BEGIN SELECT raise(ABORT, 'journal: acts are not taken out'); END;

CREATE TRIGGER attachment_stands_update BEFORE UPDATE ON attachment
BEGIN SELECT raise(ABORT, 'attachment: files are not changed'); END;
CREATE TRIGGER attachment_stands_delete BEFORE DELETE ON attachment
BEGIN SELECT raise(ABORT, 'attachment: files are not taken out'); END;
CREATE TRIGGER attachment_access_stands_update BEFORE UPDATE ON attachment_access
BEGIN SELECT raise(ABORT, 'attachment: the record of readings is not changed'); END;
CREATE TRIGGER attachment_access_stands_delete BEFORE DELETE ON attachment_access
BEGIN SELECT raise(ABORT, 'attachment: the record of readings is not changed'); END;

CREATE TRIGGER participant_stands_update BEFORE UPDATE ON participant
BEGIN SELECT raise(ABORT, 'participant: nobody changes sides'); END;
CREATE TRIGGER participant_stands_delete BEFORE DELETE ON participant
BEGIN SELECT raise(ABORT, 'participant: nobody changes sides'); END;
CREATE TRIGGER judge_stands_update BEFORE UPDATE ON judge
BEGIN SELECT raise(ABORT, 'judge: nobody changes duties'); END;
CREATE TRIGGER judge_stands_delete BEFORE DELETE ON judge
BEGIN SELECT raise(ABORT, 'judge: nobody changes duties'); END;

-- A deputy's duty stands twice: for the deputy, and for whom they acted, `through` them.
ALTER TABLE duty ADD COLUMN through TEXT;
DROP INDEX one_decider;
CREATE UNIQUE INDEX one_decider ON duty (case_file_id) WHERE duty = 'decider' AND through IS NULL;

-- The case a credential was prepared from, and its last act then.
ALTER TABLE credential ADD COLUMN case_id INTEGER REFERENCES office_case;
ALTER TABLE credential ADD COLUMN case_head TEXT;
CREATE INDEX credential_of_case ON credential (case_id);
