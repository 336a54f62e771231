-- The directory's index: of every certificate the tokens by which it is searched (registry/src/directory/tokens.rs).
-- Its rows only find candidates; what is shown comes from documents hashed again.
CREATE TABLE directory (
    leaf_index BIGINT PRIMARY KEY REFERENCES log_entry (leaf_index),
    tokens TEXT[] NOT NULL
);
CREATE INDEX directory_by_token ON directory USING GIN (tokens);

-- How many entries of the log are in it: all of them, but of a database made before it.
CREATE TABLE directory_progress (
    directory_progress_id SMALLINT PRIMARY KEY CHECK (directory_progress_id = 1),
    entries BIGINT NOT NULL CHECK (entries >= 0)
);
INSERT INTO directory_progress (directory_progress_id, entries) VALUES (1, 0);
