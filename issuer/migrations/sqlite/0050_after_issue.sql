-- After issue: measures decided on certificates, as append-only, hash-chained journals, and what follows from decisions.

-- A measure. What stands here follows from its acts, and is kept for lists.
CREATE TABLE measure (
    measure_id    INTEGER PRIMARY KEY,
    -- Where its participants stand.
    case_file_id  INTEGER NOT NULL UNIQUE REFERENCES case_file,
    credential_id INTEGER NOT NULL REFERENCES credential,
    edition       TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('surveillancePassed', 'suspended', 'reinstated', 'withdrawn',
                                                   'cancelled', 'corrected', 'nonconformity')),
    status        TEXT    NOT NULL CHECK (status IN ('draft', 'proposed', 'recorded', 'agreed', 'refused', 'settled',
                                                     'carriedOut', 'dropped')),
    -- The day on which loss of conformity was confirmed.
    confirmed_on  TEXT,
    acts          INTEGER NOT NULL CHECK (acts >= 1),
    head          TEXT    NOT NULL CHECK (length(head) = 64),
    CHECK ((confirmed_on IS NULL) = (kind <> 'nonconformity'))
) STRICT;

CREATE INDEX measure_queue ON measure (status, measure_id);
CREATE INDEX measure_of_credential ON measure (credential_id);

-- The journals of measures. An act stands only where everybody for whom it counts is on its side, and on no other: who
-- proposes or evaluates never decides (DESIGN §2 invariant 7; DOMAIN §2).
CREATE TABLE measure_act (
    measure_id   INTEGER NOT NULL REFERENCES measure,
    sequence     INTEGER NOT NULL CHECK (sequence >= 1),
    case_file_id INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('opened', 'attached', 'signed', 'carriedOut', 'dropped')),
    person       TEXT    REFERENCES person,
    -- For whom, when as a deputy.
    delegator    TEXT    REFERENCES person,
    side         TEXT,
    at           TEXT    NOT NULL,
    document     BLOB    NOT NULL,
    digest       TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
    previous     TEXT    NOT NULL CHECK (length(previous) = 64),
    PRIMARY KEY (measure_id, sequence),
    FOREIGN KEY (case_file_id, person, side) REFERENCES participant (case_file_id, person, side),
    FOREIGN KEY (case_file_id, delegator, side) REFERENCES participant (case_file_id, person, side),
    CHECK ((person IS NULL) = (kind = 'carriedOut')),
    CHECK ((side IS NULL) = (kind = 'carriedOut')),
    CHECK (delegator IS NULL OR (person IS NOT NULL AND delegator <> person)),
    CHECK (kind NOT IN ('opened', 'attached') OR side IS 'making')
) STRICT;

CREATE TRIGGER measure_act_follows BEFORE INSERT ON measure_act
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM measure_act WHERE measure_id = NEW.measure_id)
  OR EXISTS (SELECT 1 FROM measure_act WHERE measure_id = NEW.measure_id AND sequence = NEW.sequence - 1
             AND digest <> NEW.previous)
  OR NEW.case_file_id <> (SELECT case_file_id FROM measure WHERE measure_id = NEW.measure_id)
BEGIN SELECT raise(ABORT, 'journal: the act does not follow the last one'); END;
CREATE TRIGGER measure_act_stands_update BEFORE UPDATE ON measure_act
BEGIN SELECT raise(ABORT, 'journal: acts are not changed'); END;
CREATE TRIGGER measure_act_stands_delete BEFORE DELETE ON measure_act
BEGIN SELECT raise(ABORT, 'journal: acts are not taken out'); END;

CREATE TABLE measure_attachment (
    measure_id INTEGER NOT NULL REFERENCES measure,
    digest     TEXT    NOT NULL REFERENCES attachment,
    PRIMARY KEY (measure_id, digest)
) STRICT;

-- Who read which file of a measure, when (ISO/IEC 17065 §7.12).
CREATE TABLE measure_attachment_access (
    measure_attachment_access_id INTEGER PRIMARY KEY,
    measure_id                   INTEGER NOT NULL REFERENCES measure,
    digest                       TEXT    NOT NULL REFERENCES attachment,
    person                       TEXT    NOT NULL REFERENCES person,
    at                           TEXT    NOT NULL
) STRICT;

CREATE TRIGGER measure_attachment_access_stands_update BEFORE UPDATE ON measure_attachment_access
BEGIN SELECT raise(ABORT, 'attachment: the record of readings is not changed'); END;
CREATE TRIGGER measure_attachment_access_stands_delete BEFORE DELETE ON measure_attachment_access
BEGIN SELECT raise(ABORT, 'attachment: the record of readings is not changed'); END;

-- What an event was prepared on: a decided measure, or the decided case of the certificate that follows; its last act then.
ALTER TABLE event ADD COLUMN measure_id INTEGER REFERENCES measure;
ALTER TABLE event ADD COLUMN measure_head TEXT;
ALTER TABLE event ADD COLUMN case_id INTEGER REFERENCES office_case;
ALTER TABLE event ADD COLUMN case_head TEXT;
-- A measure is carried out once, whatever the code does.
CREATE UNIQUE INDEX event_of_measure ON event (measure_id) WHERE measure_id IS NOT NULL AND void_id IS NULL;
CREATE INDEX event_of_case ON event (case_id) WHERE case_id IS NOT NULL;
