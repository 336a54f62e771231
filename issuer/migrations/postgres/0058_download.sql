-- Files for clients, each by a link that works once. Who reads this table cannot use a link: tokens are kept as digests.
CREATE TABLE download_link (
    token_digest  TEXT COLLATE "C" PRIMARY KEY CHECK (length(token_digest) = 64),
    credential_id BIGINT NOT NULL REFERENCES credential,
    file          TEXT COLLATE "C" NOT NULL REFERENCES attachment,
    name          TEXT COLLATE "C" NOT NULL,
    person        TEXT COLLATE "C" NOT NULL REFERENCES person,
    made_at       TEXT COLLATE "C" NOT NULL,
    -- Unix seconds.
    expires       BIGINT NOT NULL,
    used_at       TEXT COLLATE "C",
    -- From which address it was used.
    address       TEXT COLLATE "C",
    CHECK ((used_at IS NULL) = (address IS NULL))
);

CREATE INDEX download_of_credential ON download_link (credential_id);

-- What was used stays used.
CREATE TRIGGER download_link_stands BEFORE UPDATE ON download_link FOR EACH ROW
WHEN (OLD.used_at IS NOT NULL)
EXECUTE FUNCTION refuse('download: a link works once');
