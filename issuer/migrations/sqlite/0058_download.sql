-- Files for clients, each by a link that works once. Who reads this table cannot use a link: tokens are kept as digests.
CREATE TABLE download_link (
    token_digest  TEXT    PRIMARY KEY CHECK (length(token_digest) = 64),
    credential_id INTEGER NOT NULL REFERENCES credential,
    file          TEXT    NOT NULL REFERENCES attachment,
    name          TEXT    NOT NULL,
    person        TEXT    NOT NULL REFERENCES person,
    made_at       TEXT    NOT NULL,
    -- Unix seconds.
    expires       INTEGER NOT NULL,
    used_at       TEXT,
    -- From which address it was used.
    address       TEXT,
    CHECK ((used_at IS NULL) = (address IS NULL))
) STRICT;

CREATE INDEX download_of_credential ON download_link (credential_id);

-- What was used stays used.
CREATE TRIGGER download_link_stands BEFORE UPDATE ON download_link WHEN OLD.used_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'download: a link works once'); END;
