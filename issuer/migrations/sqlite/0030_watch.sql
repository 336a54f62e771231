-- Instants by which the office's clock is judged. own: the newest at which it signed; outside: the newest that others
-- showed (log entries, the trust list, the registry's answers).
CREATE TABLE known_instant (
    source  TEXT PRIMARY KEY CHECK (source IN ('own', 'outside')),
    instant TEXT NOT NULL CHECK (length(instant) = 20)
) STRICT;

INSERT INTO known_instant
SELECT 'outside', max(instant) FROM (SELECT recorded AS instant FROM credential UNION ALL SELECT recorded FROM event)
HAVING max(instant) IS NOT NULL;

-- How far the log was followed: its newest checkpoint seen whole, and the roots of its full subtrees, largest first.
CREATE TABLE watched_log (
    origin     TEXT PRIMARY KEY,
    size       INTEGER NOT NULL CHECK (size >= 0),
    peaks      TEXT    NOT NULL,
    checkpoint BLOB    NOT NULL
) STRICT;

-- Entries under the office's keys that the log was seen to hold.
CREATE TABLE watched_entry (
    digest    TEXT PRIMARY KEY CHECK (length(digest) = 64),
    log_index INTEGER NOT NULL CHECK (log_index >= 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX credential_receipted ON credential (digest) WHERE receipt IS NOT NULL;
CREATE INDEX event_receipted ON event (digest) WHERE receipt IS NOT NULL;

-- What was found wrong in the log. While one is not lifted, the office signs nothing.
CREATE TABLE alarm (
    alarm_id  INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL CHECK (kind IN ('unknown', 'altered', 'missing', 'forked', 'wentBack', 'bundleAltered')),
    -- What it is about: the same thing is found once.
    subject   TEXT NOT NULL,
    detail    TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    lifted_at TEXT,
    person    TEXT,
    office    TEXT,
    reason    TEXT,
    CONSTRAINT alarm_once UNIQUE (kind, subject),
    CHECK ((lifted_at IS NULL) = (person IS NULL)),
    CHECK ((lifted_at IS NULL) = (office IS NULL)),
    CHECK ((lifted_at IS NULL) = (reason IS NULL))
) STRICT;

CREATE INDEX standing_alarm ON alarm (alarm_id) WHERE lifted_at IS NULL;
