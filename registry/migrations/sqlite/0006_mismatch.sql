-- Reports that a paper does not match, for the office's complaints log. They are no part of the log, and hold what people
-- wrote: never changed, and nothing of them is served but to who has the intake token.
CREATE TABLE mismatch_report (
    mismatch_report_id INTEGER PRIMARY KEY AUTOINCREMENT,
    received           TEXT    NOT NULL,
    report             BLOB    NOT NULL
) STRICT;

CREATE TRIGGER mismatch_report_is_never_changed BEFORE UPDATE ON mismatch_report
BEGIN SELECT RAISE(ABORT, 'a report is never changed'); END;
