-- Private to the core: what was done with procedures, and what was known then. Nothing of it is ever changed but an override's use.

CREATE TABLE core__procedure_acts (
    id           INTEGER PRIMARY KEY,
    procedure_id INTEGER NOT NULL REFERENCES procedures (id),
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    act          TEXT NOT NULL,
    -- The state it came to.
    state        TEXT NOT NULL,
    reason       TEXT CHECK (length(reason) BETWEEN 1 AND 500),
    -- The guards that were asked: module/guard, parted by spaces.
    asked        TEXT,
    actor        TEXT NOT NULL,
    at           TEXT NOT NULL
) STRICT;
CREATE INDEX core__procedure_acts_by_procedure ON core__procedure_acts (procedure_id, id);
CREATE INDEX core__procedure_acts_by_patient ON core__procedure_acts (patient_id);

CREATE TABLE core__overrides (
    id           INTEGER PRIMARY KEY,
    procedure_id INTEGER NOT NULL REFERENCES procedures (id),
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    stage        TEXT NOT NULL CHECK (stage IN ('Book', 'Start', 'Use', 'Close')),
    module       TEXT NOT NULL,
    code         TEXT NOT NULL,
    -- As it was shown to whoever overrode it.
    sentence     TEXT NOT NULL,
    -- What was to be used, at the stage Use: the override counts for nothing else.
    used_what    TEXT,
    reason       TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    physician_id INTEGER NOT NULL REFERENCES staff (id),
    made_at      TEXT NOT NULL,
    used_at      TEXT
) STRICT;
CREATE INDEX core__overrides_by_procedure ON core__overrides (procedure_id, stage);
CREATE INDEX core__overrides_by_patient ON core__overrides (patient_id);

-- What guards said when a stage went ahead, was refused, or was entered afterwards.
CREATE TABLE core__procedure_checks (
    id           INTEGER PRIMARY KEY,
    procedure_id INTEGER NOT NULL REFERENCES procedures (id),
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    stage        TEXT NOT NULL CHECK (stage IN ('Book', 'Start', 'Use', 'Close')),
    outcome      TEXT NOT NULL CHECK (outcome IN ('WentAhead', 'Refused', 'EnteredAfterwards')),
    module       TEXT NOT NULL,
    module_name  TEXT NOT NULL,
    grade        TEXT NOT NULL CHECK (grade IN ('Yes', 'Warn', 'Stop', 'Never')),
    code         TEXT NOT NULL,
    sentence     TEXT NOT NULL,
    used_what    TEXT,
    override_id  INTEGER REFERENCES core__overrides (id),
    actor        TEXT NOT NULL,
    at           TEXT NOT NULL
) STRICT;
CREATE INDEX core__procedure_checks_by_procedure ON core__procedure_checks (procedure_id, id);
CREATE INDEX core__procedure_checks_by_patient ON core__procedure_checks (patient_id);

-- The guards that each module declared when its manifest was last read: owed also while the manifest, or the whole module, is gone.
CREATE TABLE core__plugin_guards (
    plugin TEXT NOT NULL,
    guard  TEXT NOT NULL,
    PRIMARY KEY (plugin, guard)
) STRICT, WITHOUT ROWID;
