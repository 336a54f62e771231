-- The log and what it is made of. Everything here is written once: the log's own rules, kept by the database too.

-- Which log this database holds. A configuration with another origin or key does not open it.
CREATE TABLE log_identity (
    log_identity_id INTEGER PRIMARY KEY CHECK (log_identity_id = 1),
    origin TEXT NOT NULL,
    log_key TEXT NOT NULL,
    registry_base TEXT NOT NULL
) STRICT;

-- Signed documents as they were received, in canonical form.
CREATE TABLE signed_document (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    document BLOB NOT NULL
) STRICT;

-- Entries in the order of the log, each with the document it records.
CREATE TABLE log_entry (
    leaf_index INTEGER PRIMARY KEY CHECK (leaf_index >= 0),
    entry BLOB NOT NULL,
    digest BLOB NOT NULL UNIQUE REFERENCES signed_document (digest)
) STRICT;

-- The widest version of every tile of hashes; a narrower one is its beginning.
CREATE TABLE log_tile (
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 63),
    tile_index INTEGER NOT NULL CHECK (tile_index >= 0),
    hashes BLOB NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
    PRIMARY KEY (level, tile_index)
) STRICT, WITHOUT ROWID;

-- The newest checkpoint. Replaced by comparing it with the one it follows.
CREATE TABLE log_checkpoint (
    log_checkpoint_id INTEGER PRIMARY KEY CHECK (log_checkpoint_id = 1),
    tree_size INTEGER NOT NULL CHECK (tree_size >= 0),
    note TEXT NOT NULL
) STRICT;

-- Projections of entries: what the log holds about whom. The constraints keep what may exist once.
CREATE TABLE credential (
    number TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    leaf_index INTEGER NOT NULL UNIQUE REFERENCES log_entry (leaf_index),
    status_list INTEGER NOT NULL,
    status_index INTEGER NOT NULL,
    PRIMARY KEY (number, version),
    UNIQUE (status_list, status_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    number TEXT NOT NULL,
    version INTEGER NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    leaf_index INTEGER NOT NULL UNIQUE REFERENCES log_entry (leaf_index),
    PRIMARY KEY (number, version, sequence),
    FOREIGN KEY (number, version) REFERENCES credential (number, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE status_list (
    purpose TEXT NOT NULL CHECK (purpose IN ('revocation', 'suspension', 'message')),
    list INTEGER NOT NULL CHECK (list >= 1),
    sequence INTEGER NOT NULL,
    leaf_index INTEGER NOT NULL UNIQUE REFERENCES log_entry (leaf_index),
    PRIMARY KEY (purpose, list, sequence)
) STRICT, WITHOUT ROWID;

-- Every trust list adopted, so that nobody goes back after a restart either.
CREATE TABLE trust_list (
    sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
    document BLOB NOT NULL
) STRICT;

CREATE TRIGGER signed_document_is_never_changed BEFORE UPDATE ON signed_document
BEGIN SELECT RAISE(ABORT, 'a signed document is never changed'); END;
CREATE TRIGGER signed_document_is_never_removed BEFORE DELETE ON signed_document
BEGIN SELECT RAISE(ABORT, 'a signed document is never removed'); END;
CREATE TRIGGER log_entry_is_never_changed BEFORE UPDATE ON log_entry
BEGIN SELECT RAISE(ABORT, 'a log entry is never changed'); END;
CREATE TRIGGER log_entry_is_never_removed BEFORE DELETE ON log_entry
BEGIN SELECT RAISE(ABORT, 'a log entry is never removed'); END;
CREATE TRIGGER log_tile_only_grows BEFORE UPDATE ON log_tile
WHEN length(new.hashes) < length(old.hashes) OR substr(new.hashes, 1, length(old.hashes)) <> old.hashes
BEGIN SELECT RAISE(ABORT, 'a tile only grows'); END;
CREATE TRIGGER log_checkpoint_only_grows BEFORE UPDATE ON log_checkpoint
WHEN new.tree_size < old.tree_size
BEGIN SELECT RAISE(ABORT, 'the log never shrinks'); END;
