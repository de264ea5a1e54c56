CREATE TABLE sessions__sessions (
    id            INTEGER PRIMARY KEY,
    plan_id       INTEGER NOT NULL REFERENCES sessions__plans (id),
    patient_id    INTEGER NOT NULL REFERENCES patients (id),
    procedure_id  INTEGER NOT NULL UNIQUE REFERENCES procedures (id),
    -- Counts the sessions of the plan that weren't called off; given when it begins, foretold before.
    number        INTEGER NOT NULL CHECK (number >= 1),
    pass          TEXT NOT NULL CHECK (pass IN ('Foundation', 'Density', 'Detail')),
    touch_up      INTEGER NOT NULL DEFAULT 0 CHECK (touch_up IN (0, 1)),
    state         TEXT NOT NULL DEFAULT 'Scheduled' CHECK (state IN
        ('Scheduled', 'CheckedIn', 'Cleared', 'InProgress', 'Closed', 'Healed', 'Cancelled', 'NoShow', 'Aborted', 'Voided')),
    state_reason  TEXT CHECK (length(state_reason) BETWEEN 1 AND 500),
    -- The day that intervals, checks and aftercare count from: the clinic's day of its begin.
    day           TEXT CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    started_at    TEXT,
    ended_at      TEXT,
    performed_by  INTEGER REFERENCES staff (id),
    pain          INTEGER CHECK (pain BETWEEN 0 AND 10),
    notes         TEXT CHECK (length(notes) <= 4000),
    -- The client was told brand and batch of the pigments before (REACH entry 75).
    told_pigments INTEGER NOT NULL DEFAULT 0 CHECK (told_pigments IN (0, 1)),
    healed_at     TEXT,
    created_at    TEXT NOT NULL,
    changed_by    TEXT NOT NULL,
    changed_at    TEXT NOT NULL,
    row_version   INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX sessions__sessions_by_plan ON sessions__sessions (plan_id, number, id);
CREATE INDEX sessions__sessions_by_patient ON sessions__sessions (patient_id, day, id);
CREATE INDEX sessions__sessions_by_state ON sessions__sessions (state, id);
CREATE INDEX sessions__sessions_by_day ON sessions__sessions (day, id) WHERE day IS NOT NULL;

-- Zone by zone, pass by pass. The key is made by whoever writes it first, so that sending it twice adds it once.
CREATE TABLE sessions__zone_records (
    id                INTEGER PRIMARY KEY,
    session_id        INTEGER NOT NULL REFERENCES sessions__sessions (id),
    key               TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 50),
    zone              TEXT NOT NULL CHECK (zone IN
        ('FrontalHairline', 'TemporalPeakLeft', 'TemporalPeakRight', 'Frontal', 'MidScalp', 'Vertex', 'ParietalLeft', 'ParietalRight', 'TemporalLeft', 'TemporalRight',
         'Occipital', 'Nape', 'Scar')),
    pass              TEXT NOT NULL CHECK (pass IN ('Foundation', 'Density', 'Detail')),
    needle            TEXT CHECK (length(needle) BETWEEN 1 AND 50),
    pigment_id        INTEGER REFERENCES sessions__plan_pigments (id),
    -- Pigment to diluent: 1:8 is 1 and 8. Undiluted: 1 and 0.
    pigment_parts     INTEGER CHECK (pigment_parts BETWEEN 1 AND 100),
    diluent_parts     INTEGER CHECK (diluent_parts BETWEEN 0 AND 100),
    density_percent   INTEGER CHECK (density_percent BETWEEN 1 AND 100),
    depth_micrometres INTEGER CHECK (depth_micrometres BETWEEN 1 AND 10000),
    note              TEXT CHECK (length(note) BETWEEN 1 AND 500),
    recorded_by       TEXT NOT NULL,
    recorded_at       TEXT NOT NULL,
    removed_at        TEXT,
    removed_reason    TEXT CHECK (length(removed_reason) BETWEEN 1 AND 500),
    row_version       INTEGER NOT NULL DEFAULT 1,
    UNIQUE (session_id, key),
    CHECK ((pigment_parts IS NULL) = (diluent_parts IS NULL)),
    CHECK ((removed_at IS NULL) = (removed_reason IS NULL))
) STRICT;

-- What was used, of which lot. With a supply ledger its keys stand beside, and stock falls in the same transaction; without one the lot is written as printed.
CREATE TABLE sessions__pigment_uses (
    id             INTEGER PRIMARY KEY,
    session_id     INTEGER NOT NULL REFERENCES sessions__sessions (id),
    key            TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 50),
    pigment_id     INTEGER NOT NULL REFERENCES sessions__plan_pigments (id),
    lot            TEXT NOT NULL CHECK (length(lot) BETWEEN 1 AND 50),
    lot_id         INTEGER,
    container_id   INTEGER,
    use_id         INTEGER,
    pigment_parts  INTEGER NOT NULL CHECK (pigment_parts BETWEEN 1 AND 100),
    diluent_parts  INTEGER NOT NULL CHECK (diluent_parts BETWEEN 0 AND 100),
    diluent        TEXT CHECK (length(diluent) BETWEEN 1 AND 100),
    diluent_lot    TEXT CHECK (length(diluent_lot) BETWEEN 1 AND 50),
    diluent_lot_id INTEGER,
    diluent_use_id INTEGER,
    microlitres    INTEGER CHECK (microlitres BETWEEN 1 AND 10000000),
    recorded_by    TEXT NOT NULL,
    recorded_at    TEXT NOT NULL,
    UNIQUE (session_id, key),
    CHECK (diluent_parts = 0 OR diluent IS NOT NULL)
) STRICT;
CREATE INDEX sessions__pigment_uses_by_lot ON sessions__pigment_uses (lot, session_id);
CREATE INDEX sessions__pigment_uses_by_pigment ON sessions__pigment_uses (pigment_id);

CREATE TABLE sessions__needle_uses (
    id          INTEGER PRIMARY KEY,
    session_id  INTEGER NOT NULL REFERENCES sessions__sessions (id),
    key         TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 50),
    needle      TEXT NOT NULL CHECK (length(needle) BETWEEN 1 AND 100),
    lot         TEXT NOT NULL CHECK (length(lot) BETWEEN 1 AND 50),
    lot_id      INTEGER,
    pick_id     INTEGER,
    use_id      INTEGER,
    used        INTEGER NOT NULL CHECK (used BETWEEN 0 AND 1000),
    wasted      INTEGER NOT NULL CHECK (wasted BETWEEN 0 AND 1000),
    reason      TEXT,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (session_id, key),
    CHECK (used + wasted > 0)
) STRICT;
CREATE INDEX sessions__needle_uses_by_lot ON sessions__needle_uses (lot, session_id);

CREATE TABLE sessions__doses (
    session_id INTEGER NOT NULL REFERENCES sessions__sessions (id),
    key        TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 50),
    dose_id    INTEGER NOT NULL,
    PRIMARY KEY (session_id, key)
) STRICT, WITHOUT ROWID;

-- How a session was closed: each step done, or not with a reason.
CREATE TABLE sessions__closing_steps (
    session_id INTEGER NOT NULL REFERENCES sessions__sessions (id),
    step       TEXT NOT NULL CHECK (step IN ('Needles', 'Pigments', 'Photos', 'Aftercare')),
    done       INTEGER NOT NULL CHECK (done IN (0, 1)),
    reason     TEXT CHECK (length(reason) BETWEEN 1 AND 500),
    PRIMARY KEY (session_id, step),
    CHECK ((done = 1) = (reason IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions__aftercare (
    session_id INTEGER PRIMARY KEY REFERENCES sessions__sessions (id),
    language   TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 20),
    cleanser   TEXT NOT NULL CHECK (length(cleanser) BETWEEN 1 AND 100),
    given_by   TEXT NOT NULL,
    given_at   TEXT NOT NULL
) STRICT;

CREATE TABLE sessions__healing_checks (
    id         INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions__sessions (id),
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    checked_on TEXT NOT NULL CHECK (checked_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    day        INTEGER NOT NULL CHECK (day >= 0),
    healed     INTEGER NOT NULL CHECK (healed IN (0, 1)),
    note       TEXT CHECK (length(note) BETWEEN 1 AND 2000),
    -- Of a check that nobody made and that is settled all the same.
    missed_reason TEXT CHECK (length(missed_reason) BETWEEN 1 AND 500),
    checked_by TEXT NOT NULL,
    checked_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions__healing_checks_by_session ON sessions__healing_checks (session_id, checked_on, id);
CREATE INDEX sessions__healing_checks_by_patient ON sessions__healing_checks (patient_id, checked_on, id);

CREATE TABLE sessions__healing_findings (
    id              INTEGER PRIMARY KEY,
    check_id        INTEGER NOT NULL REFERENCES sessions__healing_checks (id),
    session_id      INTEGER NOT NULL REFERENCES sessions__sessions (id),
    patient_id      INTEGER NOT NULL REFERENCES patients (id),
    finding         TEXT NOT NULL CHECK (finding IN ('Erythema', 'Oedema', 'Scabbing', 'Migration', 'Patchy', 'Faded', 'ColourShift', 'Infection', 'Allergy')),
    complication_id INTEGER,
    resolved_at     TEXT,
    resolved_by     TEXT,
    outcome         TEXT CHECK (length(outcome) BETWEEN 1 AND 500),
    UNIQUE (check_id, finding),
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL) AND (resolved_at IS NULL) = (outcome IS NULL))
) STRICT;
CREATE INDEX sessions__healing_findings_open ON sessions__healing_findings (patient_id, finding) WHERE resolved_at IS NULL;
CREATE INDEX sessions__healing_findings_by_session ON sessions__healing_findings (session_id);

-- When the next check of healing is due; the rows that go are those that nobody owes any more.
CREATE TABLE sessions__healing_due (
    session_id INTEGER PRIMARY KEY REFERENCES sessions__sessions (id),
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    due        TEXT NOT NULL CHECK (due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')
) STRICT;
CREATE INDEX sessions__healing_due_by_day ON sessions__healing_due (due);
CREATE INDEX sessions__healing_due_by_patient ON sessions__healing_due (patient_id);
