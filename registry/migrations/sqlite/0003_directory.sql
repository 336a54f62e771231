-- The directory's index: of every certificate the tokens by which it is searched (registry/src/directory/tokens.rs).
-- Its rows only find candidates; what is shown comes from documents hashed again.
CREATE VIRTUAL TABLE directory USING fts5 (tokens, content = '', detail = none, columnsize = 0, tokenize = 'ascii');

-- How many entries of the log are in it: all of them, but of a database made before it.
CREATE TABLE directory_progress (
    directory_progress_id INTEGER PRIMARY KEY CHECK (directory_progress_id = 1),
    entries INTEGER NOT NULL CHECK (entries >= 0)
) STRICT;
INSERT INTO directory_progress (directory_progress_id, entries) VALUES (1, 0);
