CREATE TABLE needles__steriliser_loads (
    id               INTEGER PRIMARY KEY,
    steriliser       TEXT NOT NULL CHECK (length(steriliser) BETWEEN 1 AND 12),
    cycle            INTEGER NOT NULL CHECK (cycle BETWEEN 1 AND 999999),
    program          TEXT NOT NULL CHECK (length(program) BETWEEN 1 AND 100),
    started_at       TEXT NOT NULL,
    ended_at         TEXT NOT NULL,
    chemical         TEXT NOT NULL DEFAULT 'Pending' CHECK (chemical IN ('Pending', 'Pass', 'Fail')),
    biological       TEXT NOT NULL DEFAULT 'Pending' CHECK (biological IN ('Pending', 'Pass', 'Fail')),
    state            TEXT NOT NULL DEFAULT 'Waiting' CHECK (state IN ('Waiting', 'Released', 'Failed')),
    recorded_by      TEXT NOT NULL,
    recorded_at      TEXT NOT NULL,
    released_by      TEXT,
    released_at      TEXT,
    failed_by        TEXT,
    failed_at        TEXT,
    note             TEXT CHECK (length(note) BETWEEN 1 AND 500),
    row_version      INTEGER NOT NULL DEFAULT 1,
    UNIQUE (steriliser, cycle),
    CHECK (ended_at >= started_at),
    CHECK ((released_at IS NULL) = (released_by IS NULL) AND (failed_at IS NULL) = (failed_by IS NULL)),
    CHECK ((state = 'Failed') = (failed_at IS NOT NULL) AND (state <> 'Released' OR released_at IS NOT NULL)),
    CHECK ((chemical = 'Fail' OR biological = 'Fail') = (state = 'Failed'))
) STRICT;
CREATE INDEX needles__steriliser_loads_to_read ON needles__steriliser_loads (id)
    WHERE state <> 'Failed' AND (state = 'Waiting' OR chemical = 'Pending' OR biological = 'Pending');

-- The sets of one item in a load are a lot of that item: picked, used, traced and counted like any other.
ALTER TABLE needles__lots ADD COLUMN load_id INTEGER REFERENCES needles__steriliser_loads (id);
CREATE INDEX needles__lots_by_load ON needles__lots (load_id) WHERE load_id IS NOT NULL;

CREATE TABLE needles__load_sets (
    id      INTEGER PRIMARY KEY,
    load_id INTEGER NOT NULL REFERENCES needles__steriliser_loads (id),
    lot_id  INTEGER NOT NULL REFERENCES needles__lots (id),
    -- The serial number or label on the set.
    label   TEXT NOT NULL CHECK (length(label) BETWEEN 1 AND 50),
    count   INTEGER NOT NULL CHECK (count BETWEEN 1 AND 1000),
    UNIQUE (load_id, lot_id, label)
) STRICT;
CREATE INDEX needles__load_sets_by_lot ON needles__load_sets (lot_id);
