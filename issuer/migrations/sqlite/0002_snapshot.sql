-- Snapshots signed by the status authority. The registry keeps the documents; here stands which sequences were given.
CREATE TABLE snapshot (
    snapshot_id INTEGER PRIMARY KEY,
    sequence    INTEGER NOT NULL UNIQUE CHECK (sequence >= 1),
    valid_from  TEXT    NOT NULL,
    log_size    INTEGER NOT NULL CHECK (log_size >= 0),
    digest      TEXT    NOT NULL UNIQUE,
    receipt     TEXT
) STRICT;
