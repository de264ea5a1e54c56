CREATE TABLE needles__recall_notices (
    id        INTEGER PRIMARY KEY,
    item_id   INTEGER NOT NULL REFERENCES needles__items (id),
    all_lots  INTEGER NOT NULL CHECK (all_lots IN (0, 1)),
    class     TEXT NOT NULL CHECK (class IN ('I', 'II', 'III')),
    source    TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
    reason    TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    opened_by TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    closed_by TEXT,
    closed_at TEXT,
    CHECK ((closed_at IS NULL) = (closed_by IS NULL))
) STRICT;
CREATE INDEX needles__recall_notices_by_item ON needles__recall_notices (item_id);

CREATE TABLE needles__recall_lots (
    notice_id INTEGER NOT NULL REFERENCES needles__recall_notices (id),
    lot_id    INTEGER NOT NULL REFERENCES needles__lots (id),
    PRIMARY KEY (notice_id, lot_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX needles__recall_lots_by_lot ON needles__recall_lots (lot_id);

CREATE TABLE needles__affected_patients (
    notice_id  INTEGER NOT NULL REFERENCES needles__recall_notices (id),
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    -- 0 when every use was voided after the patient had been told.
    quantity   INTEGER NOT NULL CHECK (quantity >= 0),
    first_use  TEXT,
    last_use   TEXT,
    outcome    TEXT NOT NULL DEFAULT 'NotYet' CHECK (outcome IN ('NotYet', 'Called', 'WrittenTo', 'Unreachable', 'Declined')),
    note       TEXT CHECK (length(note) <= 500),
    outcome_by TEXT,
    outcome_at TEXT,
    PRIMARY KEY (notice_id, patient_id),
    CHECK ((quantity = 0) = (first_use IS NULL) AND (quantity = 0) = (last_use IS NULL)),
    CHECK ((outcome = 'NotYet') = (outcome_at IS NULL) AND (outcome = 'NotYet') = (outcome_by IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX needles__affected_patients_by_patient ON needles__affected_patients (patient_id);
CREATE INDEX needles__affected_patients_not_told ON needles__affected_patients (notice_id) WHERE outcome = 'NotYet';
