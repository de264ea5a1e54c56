-- Units held for somebody. Those of a day that has passed are free again: nothing needs to run for it.
CREATE TABLE needles__reservations (
    id           INTEGER PRIMARY KEY,
    lot_id       INTEGER NOT NULL REFERENCES needles__lots (id),
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    procedure_id INTEGER REFERENCES procedures (id),
    day          TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    quantity     INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    taken        INTEGER NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND quantity),
    state        TEXT NOT NULL DEFAULT 'Held' CHECK (state IN ('Held', 'Taken', 'Released')),
    made_by      TEXT NOT NULL,
    made_at      TEXT NOT NULL,
    ended_by     TEXT,
    ended_at     TEXT,
    CHECK ((state = 'Held') = (ended_at IS NULL) AND (state = 'Held') = (ended_by IS NULL)),
    CHECK (state <> 'Taken' OR taken = quantity)
) STRICT;
CREATE INDEX needles__reservations_held ON needles__reservations (lot_id, day, quantity, taken) WHERE state = 'Held';
CREATE INDEX needles__reservations_by_day ON needles__reservations (day, id);
CREATE INDEX needles__reservations_by_patient ON needles__reservations (patient_id, day);
CREATE INDEX needles__reservations_by_procedure ON needles__reservations (procedure_id) WHERE procedure_id IS NOT NULL;
