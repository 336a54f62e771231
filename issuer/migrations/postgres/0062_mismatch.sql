-- Reports of the registry that a paper does not match, each taken into the complaints log once.
CREATE TABLE mismatch_taken (
    -- What the registry knows it by.
    reference    BIGINT PRIMARY KEY,
    complaint_id BIGINT NOT NULL UNIQUE REFERENCES complaint
);

CREATE TRIGGER mismatch_taken_stands_update BEFORE UPDATE ON mismatch_taken
FOR EACH ROW EXECUTE FUNCTION refuse('a report taken stays taken');
CREATE TRIGGER mismatch_taken_stands_delete BEFORE DELETE ON mismatch_taken
FOR EACH ROW EXECUTE FUNCTION refuse('a report taken stays taken');
CREATE TRIGGER mismatch_taken_is_never_emptied BEFORE TRUNCATE ON mismatch_taken
FOR EACH STATEMENT EXECUTE FUNCTION refuse('a report taken stays taken');
