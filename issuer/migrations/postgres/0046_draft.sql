-- What somebody began to fill in at the console and has not handed in: nothing of it is on any file.

CREATE TABLE console_draft (
    -- An application by its clerk, an evaluation by its case.
    name     TEXT COLLATE "C" PRIMARY KEY,
    -- Fields by name, as canonical JSON.
    document TEXT COLLATE "C" NOT NULL,
    person   TEXT COLLATE "C" NOT NULL REFERENCES person,
    saved    TEXT COLLATE "C" NOT NULL
);
