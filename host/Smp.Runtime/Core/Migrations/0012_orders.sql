-- Work that was ordered and isn't done. What was done is gone from here, and in the audit trail.

CREATE TABLE core__orders (
    id         INTEGER PRIMARY KEY,
    plugin     TEXT NOT NULL,
    -- The name of the order's type.
    kind       TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
    key        TEXT CHECK (length(key) BETWEEN 1 AND 100),
    body       TEXT NOT NULL CHECK (json_valid(body)),
    ordered_by TEXT NOT NULL,
    ordered_at TEXT NOT NULL,
    due_at     TEXT NOT NULL,
    -- Grows with every order under the same key: what is done is the one that was taken, and no later one.
    version    INTEGER NOT NULL DEFAULT 1,
    attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error      TEXT,
    -- It isn't tried any more until somebody says so.
    failed_at  TEXT
) STRICT;
CREATE UNIQUE INDEX core__orders_by_key ON core__orders (plugin, kind, key) WHERE key IS NOT NULL;
CREATE INDEX core__orders_due ON core__orders (due_at, id) WHERE failed_at IS NULL;
CREATE INDEX core__orders_failed ON core__orders (failed_at, id) WHERE failed_at IS NOT NULL;
