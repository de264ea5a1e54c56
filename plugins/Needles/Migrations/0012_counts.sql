CREATE TABLE needles__counts (
    id           INTEGER PRIMARY KEY,
    -- Of this item alone; null for the whole cupboard.
    item_id      INTEGER REFERENCES needles__items (id),
    state        TEXT NOT NULL DEFAULT 'Open' CHECK (state IN ('Open', 'Confirmed', 'Cancelled')),
    begun_by     TEXT NOT NULL,
    begun_at     TEXT NOT NULL,
    counted_by   TEXT,
    counted_at   TEXT,
    confirmed_by TEXT,
    confirmed_at TEXT,
    reason       TEXT CHECK (length(reason) BETWEEN 1 AND 500),
    row_version  INTEGER NOT NULL DEFAULT 1,
    CHECK ((state = 'Open') = (confirmed_at IS NULL) AND (confirmed_at IS NULL) = (confirmed_by IS NULL))
) STRICT;
CREATE INDEX needles__counts_by_item ON needles__counts (item_id) WHERE item_id IS NOT NULL;

CREATE TABLE needles__count_lines (
    id       INTEGER PRIMARY KEY,
    count_id INTEGER NOT NULL REFERENCES needles__counts (id),
    lot_id   INTEGER NOT NULL REFERENCES needles__lots (id),
    -- What the book had, and the last line of it, when the line was begun or counted again.
    expected INTEGER NOT NULL CHECK (expected >= 0),
    as_of    INTEGER NOT NULL,
    counted  INTEGER CHECK (counted BETWEEN 0 AND 100000),
    UNIQUE (count_id, lot_id)
) STRICT;
CREATE INDEX needles__count_lines_by_lot ON needles__count_lines (lot_id);
