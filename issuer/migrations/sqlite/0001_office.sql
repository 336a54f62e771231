-- The office's records. Numbers, indexes, sequences and duties are kept apart by constraints, not by code alone.

CREATE TABLE application (
    application_id INTEGER PRIMARY KEY,
    -- SHA-256 of the application's JCS bytes: the same application is never issued twice, however it is laid out.
    digest         TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
    document       BLOB    NOT NULL,
    sheet          BLOB    NOT NULL
) STRICT;

-- The last sequence given of a scheme's numbers in a year. A number is never given again.
CREATE TABLE number_sequence (
    edition TEXT    NOT NULL,
    year    INTEGER NOT NULL,
    last    INTEGER NOT NULL CHECK (last >= 1),
    PRIMARY KEY (edition, year)
) STRICT;

-- Trust lists seen: an older one, or another of the same sequence, is not gone by again.
CREATE TABLE trust_list (
    sequence INTEGER PRIMARY KEY,
    digest   TEXT    NOT NULL CHECK (length(digest) = 64)
) STRICT;

-- Documents given up before the registry had them (ISO/IEC 17065 §7.12): who, when, why, and what the registry had said.
CREATE TABLE void (
    void_id   INTEGER PRIMARY KEY,
    person    TEXT    NOT NULL,
    office    TEXT    NOT NULL,
    voided_at TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    -- The registry's refusal; none for what was never signed.
    problem   TEXT
) STRICT;

-- What people do duties on: the file of one credential or of one event.
CREATE TABLE case_file (
    case_file_id INTEGER PRIMARY KEY
) STRICT;

-- Stored before the key is used; `signed` after; `receipt` when the registry has it.
CREATE TABLE credential (
    credential_id  INTEGER PRIMARY KEY,
    case_file_id   INTEGER NOT NULL UNIQUE REFERENCES case_file,
    application_id INTEGER NOT NULL REFERENCES application,
    number         TEXT    NOT NULL,
    version        INTEGER NOT NULL CHECK (version >= 1),
    list           INTEGER NOT NULL CHECK (list >= 1),
    list_index     INTEGER NOT NULL CHECK (list_index BETWEEN 0 AND 131071),
    -- The holder's unified social credit code.
    holder         TEXT    NOT NULL,
    prepared_at    TEXT    NOT NULL,
    unsecured      BLOB    NOT NULL,
    lints          TEXT    NOT NULL,
    -- Why it could not be signed when that was last tried.
    hindrance      TEXT,
    signed         BLOB,
    digest         TEXT,
    receipt        TEXT,
    recorded       TEXT,
    void_id        INTEGER REFERENCES void,
    -- A place in the lists is never given again, even where its credential was voided.
    CONSTRAINT list_index UNIQUE (list, list_index),
    CHECK ((signed IS NULL) = (digest IS NULL)),
    CHECK ((receipt IS NULL) = (recorded IS NULL)),
    CHECK (receipt IS NULL OR signed IS NOT NULL),
    CHECK (hindrance IS NULL OR signed IS NULL),
    CHECK (void_id IS NULL OR receipt IS NULL)
) STRICT;

-- A number stays given for ever. A later version is given again when it was voided: the registry takes no gap.
CREATE UNIQUE INDEX number_version ON credential (number, version) WHERE version = 1 OR void_id IS NULL;
CREATE UNIQUE INDEX credential_of_application ON credential (application_id) WHERE void_id IS NULL;
CREATE INDEX credential_of_holder ON credential (holder);
CREATE UNIQUE INDEX credential_digest ON credential (digest) WHERE void_id IS NULL;

-- Nobody is on both sides of a file: one row a person and file, so one side (ISO/IEC 17065 §7.5.1, §7.6.2).
CREATE TABLE participant (
    case_file_id INTEGER NOT NULL REFERENCES case_file,
    person       TEXT    NOT NULL,
    side         TEXT    NOT NULL CHECK (side IN ('making', 'judging')),
    PRIMARY KEY (case_file_id, person),
    UNIQUE (case_file_id, person, side)
) STRICT;

CREATE TABLE duty (
    case_file_id INTEGER NOT NULL,
    person       TEXT    NOT NULL,
    side         TEXT    NOT NULL,
    duty         TEXT    NOT NULL CHECK (duty IN ('drafter', 'evaluator', 'reviewer', 'approver', 'decider')),
    office       TEXT,
    done_on      TEXT    NOT NULL,
    -- Place among the approvals, in the order in which they were given; 0 for other duties.
    place        INTEGER NOT NULL,
    -- Whether the scheme's rule keeps this duty from the person's others on the judging side.
    exclusive    INTEGER NOT NULL CHECK (exclusive IN (0, 1)),
    PRIMARY KEY (case_file_id, person, duty, place),
    FOREIGN KEY (case_file_id, person, side) REFERENCES participant (case_file_id, person, side),
    CHECK (side = CASE WHEN duty IN ('drafter', 'evaluator') THEN 'making' ELSE 'judging' END)
) STRICT;

CREATE UNIQUE INDEX reviewer_is_not_decider ON duty (case_file_id, person)
    WHERE duty IN ('reviewer', 'decider') AND exclusive = 1;
CREATE UNIQUE INDEX one_approval_each ON duty (case_file_id, person)
    WHERE duty = 'approver' AND exclusive = 1;
-- An event is decided by one person.
CREATE UNIQUE INDEX one_decider ON duty (case_file_id) WHERE duty = 'decider';

CREATE TABLE event (
    event_id      INTEGER PRIMARY KEY,
    case_file_id  INTEGER NOT NULL UNIQUE REFERENCES case_file,
    credential_id INTEGER NOT NULL REFERENCES credential,
    sequence      INTEGER NOT NULL CHECK (sequence >= 1),
    -- Reference of the decision: one event a certificate and decision.
    decision      TEXT    NOT NULL,
    prepared_at   TEXT    NOT NULL,
    unsecured     BLOB    NOT NULL,
    lints         TEXT    NOT NULL,
    -- Why it could not be signed when that was last tried.
    hindrance     TEXT,
    signed        BLOB,
    digest        TEXT,
    receipt       TEXT,
    recorded      TEXT,
    void_id       INTEGER REFERENCES void,
    CHECK ((signed IS NULL) = (digest IS NULL)),
    CHECK ((receipt IS NULL) = (recorded IS NULL)),
    CHECK (receipt IS NULL OR signed IS NOT NULL),
    CHECK (hindrance IS NULL OR signed IS NULL),
    CHECK (void_id IS NULL OR receipt IS NULL)
) STRICT;

-- A voided event gives up its place, its decision's reference and its digest.
CREATE UNIQUE INDEX event_sequence ON event (credential_id, sequence) WHERE void_id IS NULL;
CREATE UNIQUE INDEX event_decision ON event (credential_id, decision) WHERE void_id IS NULL;
CREATE UNIQUE INDEX event_digest ON event (digest) WHERE void_id IS NULL;

CREATE TABLE status_list (
    status_list_id INTEGER PRIMARY KEY,
    purpose        TEXT    NOT NULL,
    list           INTEGER NOT NULL,
    sequence       INTEGER NOT NULL CHECK (sequence >= 1),
    valid_from     TEXT    NOT NULL,
    signed         BLOB    NOT NULL,
    digest         TEXT    NOT NULL UNIQUE,
    receipt        TEXT,
    CONSTRAINT list_sequence UNIQUE (purpose, list, sequence)
) STRICT;

-- The outbox. open: its status lists are not signed yet; sealed: its bytes are final and are sent unchanged until
-- the registry answers; accepted; refused: the registry said no, in `problem`; split: its documents went on in
-- submissions of their own; void: its documents were given up.
CREATE TABLE submission (
    submission_id INTEGER PRIMARY KEY,
    stage         TEXT    NOT NULL CHECK (stage IN ('open', 'sealed', 'accepted', 'refused', 'split', 'void')),
    -- Whether it carries status lists whatever its documents ask for.
    refresh       INTEGER NOT NULL CHECK (refresh IN (0, 1)),
    problem       TEXT
) STRICT;

CREATE INDEX waiting_submission ON submission (submission_id) WHERE stage IN ('open', 'sealed');

CREATE TABLE submission_document (
    submission_id  INTEGER NOT NULL REFERENCES submission,
    place          INTEGER NOT NULL,
    credential_id  INTEGER UNIQUE REFERENCES credential,
    event_id       INTEGER UNIQUE REFERENCES event,
    status_list_id INTEGER UNIQUE REFERENCES status_list,
    PRIMARY KEY (submission_id, place),
    CHECK ((credential_id IS NOT NULL) + (event_id IS NOT NULL) + (status_list_id IS NOT NULL) = 1)
) STRICT;
