CREATE TABLE needles__picks (
    id         INTEGER PRIMARY KEY,
    lot_id     INTEGER NOT NULL REFERENCES needles__lots (id),
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    quantity   INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    used       INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0),
    wasted     INTEGER NOT NULL DEFAULT 0 CHECK (wasted >= 0),
    picked_by  INTEGER REFERENCES staff (id),
    actor      TEXT NOT NULL,
    picked_at  TEXT NOT NULL,
    CHECK (used + wasted <= quantity)
) STRICT;
CREATE INDEX needles__picks_by_lot ON needles__picks (lot_id);
CREATE INDEX needles__picks_by_patient ON needles__picks (patient_id, picked_at);

CREATE TABLE needles__refused_picks (
    id         INTEGER PRIMARY KEY,
    lot_id     INTEGER NOT NULL REFERENCES needles__lots (id),
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    quantity   INTEGER NOT NULL,
    obstacle   TEXT NOT NULL CHECK (obstacle IN
        ('NotReleased', 'Expired', 'Quarantined', 'Recalled', 'Disposed', 'Depleted', 'BeyondStock')),
    sentence   TEXT NOT NULL,
    staff_id   INTEGER REFERENCES staff (id),
    actor      TEXT NOT NULL,
    at         TEXT NOT NULL
) STRICT;
CREATE INDEX needles__refused_picks_by_lot ON needles__refused_picks (lot_id);
CREATE INDEX needles__refused_picks_by_patient ON needles__refused_picks (patient_id);

CREATE TABLE needles__uses (
    id           INTEGER PRIMARY KEY,
    lot_id       INTEGER NOT NULL REFERENCES needles__lots (id),
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    quantity     INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    pick_id      INTEGER REFERENCES needles__picks (id),
    -- How many of them were opened by the pick; the rest came from stock.
    from_pick    INTEGER NOT NULL DEFAULT 0 CHECK (from_pick BETWEEN 0 AND quantity),
    performed_by INTEGER NOT NULL REFERENCES staff (id),
    recorded_by  INTEGER REFERENCES staff (id),
    actor        TEXT NOT NULL,
    used_at      TEXT NOT NULL,
    recorded_at  TEXT NOT NULL,
    note         TEXT CHECK (length(note) <= 500),
    voided_at    TEXT,
    voided_by    TEXT,
    void_reason  TEXT CHECK (length(void_reason) BETWEEN 1 AND 500),
    CHECK (from_pick = 0 OR pick_id IS NOT NULL),
    CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
-- Answers whom a lot touched from the index alone.
CREATE INDEX needles__uses_trace ON needles__uses (lot_id, patient_id, voided_at, used_at, quantity);
CREATE INDEX needles__uses_by_lot ON needles__uses (lot_id, used_at, id);
CREATE INDEX needles__uses_by_patient ON needles__uses (patient_id, used_at, id);
CREATE INDEX needles__uses_by_time ON needles__uses (used_at, id);

CREATE TABLE needles__use_flags (
    use_id      INTEGER NOT NULL REFERENCES needles__uses (id),
    flag        TEXT NOT NULL CHECK (flag IN ('Expired', 'Recalled', 'Quarantined', 'NotReleased', 'BeyondStock')),
    incident_id INTEGER NOT NULL,
    PRIMARY KEY (use_id, flag)
) STRICT, WITHOUT ROWID;
