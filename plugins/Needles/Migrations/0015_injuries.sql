CREATE TABLE needles__sharps_injuries (
    id           INTEGER PRIMARY KEY,
    -- Who was injured.
    staff_id     INTEGER NOT NULL REFERENCES staff (id),
    happened_at  TEXT NOT NULL,
    item_id      INTEGER REFERENCES needles__items (id),
    lot_id       INTEGER REFERENCES needles__lots (id),
    device_type  TEXT NOT NULL CHECK (length(device_type) BETWEEN 1 AND 100),
    device_brand TEXT NOT NULL CHECK (length(device_brand) BETWEEN 1 AND 200),
    area         TEXT NOT NULL CHECK (length(area) BETWEEN 1 AND 200),
    how          TEXT NOT NULL CHECK (length(how) BETWEEN 1 AND 2000),
    -- The source patient, where known.
    patient_id   INTEGER REFERENCES patients (id),
    reported_by  TEXT NOT NULL,
    reported_at  TEXT NOT NULL,
    row_version  INTEGER NOT NULL DEFAULT 1,
    CHECK (lot_id IS NULL OR item_id IS NOT NULL)
) STRICT;
CREATE INDEX needles__sharps_injuries_by_time ON needles__sharps_injuries (happened_at, id);
CREATE INDEX needles__sharps_injuries_by_staff ON needles__sharps_injuries (staff_id, happened_at);
CREATE INDEX needles__sharps_injuries_by_lot ON needles__sharps_injuries (lot_id) WHERE lot_id IS NOT NULL;
CREATE INDEX needles__sharps_injuries_by_item ON needles__sharps_injuries (item_id) WHERE item_id IS NOT NULL;
CREATE INDEX needles__sharps_injuries_by_patient ON needles__sharps_injuries (patient_id) WHERE patient_id IS NOT NULL;

CREATE TABLE needles__injury_tasks (
    injury_id   INTEGER NOT NULL REFERENCES needles__sharps_injuries (id),
    task        TEXT NOT NULL CHECK (task IN ('Wash', 'Evaluation', 'HivProphylaxis', 'HepatitisB', 'BaselineSerology',
        'SerologySixWeeks', 'SerologyThreeMonths', 'SerologySixMonths')),
    due_at      TEXT NOT NULL,
    -- When it is no use any more.
    latest_at   TEXT,
    outcome     TEXT NOT NULL DEFAULT 'Open' CHECK (outcome IN ('Open', 'Done', 'Declined', 'NotApplicable')),
    outcome_at  TEXT,
    note        TEXT CHECK (length(note) <= 500),
    recorded_by TEXT,
    recorded_at TEXT,
    PRIMARY KEY (injury_id, task),
    CHECK ((outcome = 'Open') = (outcome_at IS NULL) AND (outcome = 'Open') = (recorded_by IS NULL) AND (outcome = 'Open') = (recorded_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX needles__injury_tasks_open ON needles__injury_tasks (due_at) WHERE outcome = 'Open';
