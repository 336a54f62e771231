-- Reports that a paper does not match, for the office's complaints log. They are no part of the log, and hold what people
-- wrote: never changed, and nothing of them is served but to who has the intake token.
CREATE TABLE mismatch_report (
    mismatch_report_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received           text   NOT NULL,
    report             bytea  NOT NULL
);

CREATE TRIGGER mismatch_report_is_written_once BEFORE UPDATE ON mismatch_report
FOR EACH ROW EXECUTE FUNCTION refuse_change();
