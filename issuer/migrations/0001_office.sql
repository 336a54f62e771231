-- The office's records. Numbers, indexes, sequences and duties are kept apart by constraints, not by code alone.

CREATE TABLE application (
    application_id INTEGER PRIMARY KEY,
    -- SHA-256 of the application file: the same file is never issued twice.
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

-- Stored before the key is used; `signed` after; `receipt` when the registry has it.
CREATE TABLE credential (
    credential_id  INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL UNIQUE REFERENCES application,
    number         TEXT    NOT NULL,
    version        INTEGER NOT NULL CHECK (version >= 1),
    list           INTEGER NOT NULL CHECK (list >= 1),
    list_index     INTEGER NOT NULL CHECK (list_index BETWEEN 0 AND 131071),
    prepared_at    TEXT    NOT NULL,
    unsecured      BLOB    NOT NULL,
    lints          TEXT    NOT NULL,
    signed         BLOB,
    digest         TEXT    UNIQUE,
    receipt        TEXT,
    recorded       TEXT,
    CONSTRAINT number_version UNIQUE (number, version),
    CONSTRAINT list_index UNIQUE (list, list_index),
    CHECK ((signed IS NULL) = (digest IS NULL)),
    CHECK ((receipt IS NULL) = (recorded IS NULL)),
    CHECK (receipt IS NULL OR signed IS NOT NULL)
) STRICT;

-- Nobody is on both sides of a file: one row a person and file, so one side (ISO/IEC 17065 §7.5.1, §7.6.2).
CREATE TABLE participant (
    credential_id INTEGER NOT NULL REFERENCES credential,
    person        TEXT    NOT NULL,
    side          TEXT    NOT NULL CHECK (side IN ('making', 'judging')),
    PRIMARY KEY (credential_id, person),
    UNIQUE (credential_id, person, side)
) STRICT;

CREATE TABLE duty (
    credential_id INTEGER NOT NULL,
    person        TEXT    NOT NULL,
    side          TEXT    NOT NULL,
    duty          TEXT    NOT NULL CHECK (duty IN ('drafter', 'evaluator', 'reviewer', 'approver', 'decider')),
    office        TEXT,
    done_on       TEXT    NOT NULL,
    -- Place among the approvals, in the order in which they were given; 0 for other duties.
    place         INTEGER NOT NULL,
    -- Whether the scheme's rule keeps this duty from the person's others on the judging side.
    exclusive     INTEGER NOT NULL CHECK (exclusive IN (0, 1)),
    PRIMARY KEY (credential_id, person, duty, place),
    FOREIGN KEY (credential_id, person, side) REFERENCES participant (credential_id, person, side),
    CHECK (side = CASE WHEN duty IN ('drafter', 'evaluator') THEN 'making' ELSE 'judging' END)
) STRICT;

CREATE UNIQUE INDEX reviewer_is_not_decider ON duty (credential_id, person)
    WHERE duty IN ('reviewer', 'decider') AND exclusive = 1;
CREATE UNIQUE INDEX one_approval_each ON duty (credential_id, person)
    WHERE duty = 'approver' AND exclusive = 1;

CREATE TABLE event (
    event_id      INTEGER PRIMARY KEY,
    credential_id INTEGER NOT NULL REFERENCES credential,
    sequence      INTEGER NOT NULL CHECK (sequence >= 1),
    -- SHA-256 of what was asked: the same command never makes a second event.
    request       TEXT    NOT NULL UNIQUE,
    prepared_at   TEXT    NOT NULL,
    unsecured     BLOB    NOT NULL,
    lints         TEXT    NOT NULL,
    signed        BLOB,
    digest        TEXT    UNIQUE,
    receipt       TEXT,
    recorded      TEXT,
    CONSTRAINT event_sequence UNIQUE (credential_id, sequence),
    CHECK ((signed IS NULL) = (digest IS NULL)),
    CHECK ((receipt IS NULL) = (recorded IS NULL)),
    CHECK (receipt IS NULL OR signed IS NOT NULL)
) STRICT;

CREATE TABLE status_list (
    status_list_id INTEGER PRIMARY KEY,
    purpose        TEXT    NOT NULL,
    list           INTEGER NOT NULL,
    sequence       INTEGER NOT NULL CHECK (sequence >= 1),
    signed         BLOB    NOT NULL,
    digest         TEXT    NOT NULL UNIQUE,
    receipt        TEXT,
    CONSTRAINT list_sequence UNIQUE (purpose, list, sequence)
) STRICT;

-- The outbox. open: its status lists are not signed yet; sealed: its bytes are final and are sent unchanged until
-- the registry answers; accepted; refused: the registry said no, in `problem`; split: its documents went on singly.
CREATE TABLE submission (
    submission_id INTEGER PRIMARY KEY,
    stage         TEXT    NOT NULL CHECK (stage IN ('open', 'sealed', 'accepted', 'refused', 'split')),
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
