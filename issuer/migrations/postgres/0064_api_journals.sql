-- Idempotency keys of every journal of the office, not of cases alone.

ALTER TABLE api_request
    -- The act that was done: its journal, the number there (0 where the office has one journal of the kind), its place.
    -- Without a journal while its transaction runs; without a place where an act is the office's program's.
    ADD COLUMN journal TEXT COLLATE "C" CHECK (journal IN ('case', 'batch', 'measure', 'complaint', 'people', 'clients')),
    ADD COLUMN number  BIGINT,
    -- What was answered, where that does not follow from a journal.
    ADD COLUMN answer  BYTEA;

DROP TRIGGER api_request_stands_update ON api_request;
UPDATE api_request SET journal = 'case', number = case_id WHERE case_id IS NOT NULL;
ALTER TABLE api_request DROP COLUMN case_id;
ALTER TABLE api_request
    ADD CHECK ((journal IS NULL) = (number IS NULL)),
    ADD CHECK (journal IS NOT NULL OR (sequence IS NULL AND answer IS NULL));

CREATE INDEX api_request_open ON api_request (journal) WHERE journal IS NULL;

CREATE TRIGGER api_request_stands_update BEFORE UPDATE ON api_request FOR EACH ROW
WHEN (OLD.journal IS NOT NULL)
EXECUTE FUNCTION refuse('api: what a key brought about is not changed');
