-- The log and what it is made of, as in ../sqlite/0001_log.sql. Everything here is written once: the log's own rules,
-- kept by the database too.

-- Which log this database holds. A configuration with another origin or key does not open it.
CREATE TABLE log_identity (
    log_identity_id SMALLINT PRIMARY KEY CHECK (log_identity_id = 1),
    origin TEXT NOT NULL,
    log_key TEXT NOT NULL,
    registry_base TEXT NOT NULL
);

-- Signed documents as they were received, in canonical form.
CREATE TABLE signed_document (
    digest BYTEA PRIMARY KEY CHECK (length(digest) = 32),
    document BYTEA NOT NULL
);

-- Entries in the order of the log, each with the document it records.
CREATE TABLE log_entry (
    leaf_index BIGINT PRIMARY KEY CHECK (leaf_index >= 0),
    entry BYTEA NOT NULL,
    digest BYTEA NOT NULL UNIQUE REFERENCES signed_document (digest)
);

-- The widest version of every tile of hashes; a narrower one is its beginning.
CREATE TABLE log_tile (
    level SMALLINT NOT NULL CHECK (level BETWEEN 0 AND 63),
    tile_index BIGINT NOT NULL CHECK (tile_index >= 0),
    hashes BYTEA NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
    PRIMARY KEY (level, tile_index)
);
-- Hashes do not compress.
ALTER TABLE log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- The newest checkpoint. Replaced by comparing it with the one it follows.
CREATE TABLE log_checkpoint (
    log_checkpoint_id SMALLINT PRIMARY KEY CHECK (log_checkpoint_id = 1),
    tree_size BIGINT NOT NULL CHECK (tree_size >= 0),
    note TEXT NOT NULL
);

-- Projections of entries: what the log holds about whom. The constraints keep what may exist once. Numbers compare by
-- byte, whatever the database's own order of letters is.
CREATE TABLE credential (
    number TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    leaf_index BIGINT NOT NULL UNIQUE REFERENCES log_entry (leaf_index),
    status_list BIGINT NOT NULL,
    status_index BIGINT NOT NULL,
    PRIMARY KEY (number, version),
    UNIQUE (status_list, status_index)
);

CREATE TABLE event (
    number TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    sequence BIGINT NOT NULL CHECK (sequence >= 1),
    leaf_index BIGINT NOT NULL UNIQUE REFERENCES log_entry (leaf_index),
    PRIMARY KEY (number, version, sequence),
    FOREIGN KEY (number, version) REFERENCES credential (number, version)
);

CREATE TABLE status_list (
    purpose TEXT NOT NULL CHECK (purpose IN ('revocation', 'suspension', 'message')),
    list BIGINT NOT NULL CHECK (list >= 1),
    sequence BIGINT NOT NULL,
    leaf_index BIGINT NOT NULL UNIQUE REFERENCES log_entry (leaf_index),
    PRIMARY KEY (purpose, list, sequence)
);

-- Every trust list adopted, so that nobody goes back after a restart either.
CREATE TABLE trust_list (
    sequence BIGINT PRIMARY KEY CHECK (sequence >= 0),
    document BYTEA NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME; END $$;

CREATE FUNCTION tile_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF length(NEW.hashes) < length(OLD.hashes) OR substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'a tile only grows';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION checkpoint_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF NEW.tree_size < OLD.tree_size THEN
        RAISE EXCEPTION 'the log never shrinks';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER signed_document_is_written_once BEFORE UPDATE OR DELETE ON signed_document
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER signed_document_is_never_emptied BEFORE TRUNCATE ON signed_document
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_entry_is_written_once BEFORE UPDATE OR DELETE ON log_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_entry_is_never_emptied BEFORE TRUNCATE ON log_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_tile_only_grows BEFORE UPDATE ON log_tile
FOR EACH ROW EXECUTE FUNCTION tile_only_grows();
CREATE TRIGGER log_checkpoint_only_grows BEFORE UPDATE ON log_checkpoint
FOR EACH ROW EXECUTE FUNCTION checkpoint_only_grows();
