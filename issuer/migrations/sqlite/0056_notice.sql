-- How clients are reached: the newest row counts, the others stay.
CREATE TABLE contact (
    contact_id INTEGER PRIMARY KEY,
    -- The client's unified social credit code.
    holder     TEXT NOT NULL,
    name       TEXT NOT NULL,
    mail       TEXT NOT NULL,
    person     TEXT NOT NULL REFERENCES person,
    at         TEXT NOT NULL
) STRICT;

CREATE INDEX contact_of_holder ON contact (holder, contact_id);

-- Notices to clients. The key says what each is about: nothing is said twice.
CREATE TABLE notice (
    notice_id INTEGER PRIMARY KEY,
    key       TEXT    NOT NULL UNIQUE,
    holder    TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    -- The day it is about, as an iCalendar object.
    calendar  TEXT,
    -- waiting: to be sent at `next_at`; sent; dead: given up, until somebody puts it back.
    state     TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
    attempts  INTEGER NOT NULL CHECK (attempts >= 0),
    next_at   INTEGER NOT NULL,
    made_at   TEXT    NOT NULL,
    -- To whom and when it went.
    recipient TEXT,
    sent_at   TEXT,
    problem   TEXT,
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CHECK (state <> 'sent' OR recipient IS NOT NULL)
) STRICT;

CREATE INDEX waiting_notice ON notice (next_at, notice_id) WHERE state = 'waiting';
CREATE INDEX notice_by_state ON notice (state, notice_id);
