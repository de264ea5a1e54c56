CREATE TABLE needles__lots (
    id              INTEGER PRIMARY KEY,
    item_id         INTEGER NOT NULL REFERENCES needles__items (id),
    -- GS1 AI 10: up to 20 characters of set 82.
    number          TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 20 AND number NOT GLOB '*[^!"%&''()*+,./0-9:;<=>?A-Z_a-z-]*'),
    expiry          TEXT CHECK (expiry GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    manufactured    TEXT CHECK (manufactured GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    sterilisation   TEXT CHECK (sterilisation IN ('EO', 'Irradiation', 'SteamDryHeat', 'Aseptic')),
    supplier        TEXT CHECK (length(supplier) BETWEEN 1 AND 100),
    state           TEXT NOT NULL CHECK (state IN
        ('Received', 'Released', 'InUse', 'Depleted', 'Quarantined', 'Expired', 'Recalled', 'Disposed')),
    state_since     TEXT NOT NULL,
    -- Where a lot in quarantine goes back to.
    held_from       TEXT CHECK (held_from IN ('Received', 'Released', 'InUse')),
    received_by     INTEGER REFERENCES staff (id),
    received_at     TEXT NOT NULL,
    inspected_by    INTEGER REFERENCES staff (id),
    inspected_at    TEXT,
    inspection_note TEXT CHECK (length(inspection_note) <= 500),
    -- Kept by a trigger on movements; nothing else writes them.
    received        INTEGER NOT NULL DEFAULT 0 CHECK (received >= 0),
    on_hand         INTEGER NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
    opened          INTEGER NOT NULL DEFAULT 0,
    count_due       INTEGER NOT NULL DEFAULT 0 CHECK (count_due IN (0, 1)),
    row_version     INTEGER NOT NULL DEFAULT 1,
    UNIQUE (item_id, number),
    CHECK (opened BETWEEN 0 AND on_hand),
    CHECK ((state = 'Quarantined') = (held_from IS NOT NULL)),
    CHECK (manufactured <= expiry)
) STRICT;

-- The order of lists and of first-expired-first-out: what doesn't expire comes last.
CREATE INDEX needles__lots_by_expiry ON needles__lots (coalesce(expiry, '9999-12-31'), id);
CREATE INDEX needles__lots_by_number ON needles__lots (number);
CREATE INDEX needles__lots_to_count ON needles__lots (id) WHERE count_due = 1;
