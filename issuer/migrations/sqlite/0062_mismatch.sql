-- Reports of the registry that a paper does not match, each taken into the complaints log once.
CREATE TABLE mismatch_taken (
    -- What the registry knows it by.
    reference    INTEGER PRIMARY KEY,
    complaint_id INTEGER NOT NULL UNIQUE REFERENCES complaint
) STRICT;

CREATE TRIGGER mismatch_taken_stands_update BEFORE UPDATE ON mismatch_taken
BEGIN SELECT raise(ABORT, 'a report taken stays taken'); END;
CREATE TRIGGER mismatch_taken_stands_delete BEFORE DELETE ON mismatch_taken
BEGIN SELECT raise(ABORT, 'a report taken stays taken'); END;
