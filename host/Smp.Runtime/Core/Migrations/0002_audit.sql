-- The audit trail. Generated triggers on every table write the rows; nothing else does, and nothing takes them away.

-- One for each unit of work that changed something: who did what, and why.
CREATE TABLE core__audit_units (
    id           INTEGER PRIMARY KEY,
    at           TEXT NOT NULL,
    plugin       TEXT NOT NULL,
    act          TEXT NOT NULL,
    actor_kind   TEXT NOT NULL,
    actor        TEXT NOT NULL,
    staff_id     INTEGER,
    -- Whose hands did it, where somebody else records it.
    performed_by INTEGER,
    request      TEXT,
    first_row    INTEGER NOT NULL,
    last_row     INTEGER NOT NULL,
    -- A reason is a person's own words, so it can be erased like a payload: the chain holds its salted hash.
    reason       TEXT,
    reason_salt  BLOB,
    reason_hash  BLOB,
    CHECK (last_row >= first_row - 1)
) STRICT;
CREATE INDEX core__audit_units_by_time ON core__audit_units (at, id);
CREATE INDEX core__audit_units_by_staff ON core__audit_units (staff_id, at, id) WHERE staff_id IS NOT NULL;
CREATE INDEX core__audit_units_by_performer ON core__audit_units (performed_by, at, id) WHERE performed_by IS NOT NULL;
CREATE INDEX core__audit_units_by_plugin ON core__audit_units (plugin, at, id);

-- One for each changed row. I inserted, U updated, D deleted, B there already when the trail began, R a renamed table (key: its new name).
CREATE TABLE core__audit_rows (
    id         INTEGER PRIMARY KEY,
    unit       INTEGER NOT NULL,
    object     TEXT NOT NULL,
    change     TEXT NOT NULL CHECK (change IN ('I', 'U', 'D', 'B', 'R')),
    key        ANY NOT NULL,
    patient_id INTEGER,
    -- The payload: erasable, as the chain runs over salted hashes of it.
    salt       BLOB,
    old        TEXT,
    new        TEXT,
    -- The erasure that took the payload, and what the chain runs over in its place.
    erased_by    INTEGER,
    payload_hash BLOB
) STRICT;
CREATE INDEX core__audit_rows_by_patient ON core__audit_rows (patient_id, id) WHERE patient_id IS NOT NULL;

-- One for each commit group: the hashes of its units and rows, and the chain through all of them.
CREATE TABLE core__audit_seals (
    number     INTEGER PRIMARY KEY,
    at         TEXT NOT NULL,
    first_unit INTEGER NOT NULL,
    last_unit  INTEGER NOT NULL,
    first_row  INTEGER NOT NULL,
    last_row   INTEGER NOT NULL,
    -- 32 bytes for each unit, then 32 for each row.
    hashes     BLOB NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- What was taken out of the trail by law: which patient's, up to which row. Audited as any other table.
CREATE TABLE core__audit_erasures (
    id          INTEGER PRIMARY KEY,
    patient_id  INTEGER NOT NULL,
    through_row INTEGER NOT NULL,
    rows        INTEGER NOT NULL,
    at          TEXT NOT NULL
) STRICT;

-- Who looked at whose record.
CREATE TABLE core__patient_reads (
    id         INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    at         TEXT NOT NULL,
    staff_id   INTEGER REFERENCES staff (id),
    route      TEXT NOT NULL
) STRICT;
CREATE INDEX core__patient_reads_by_patient ON core__patient_reads (patient_id, id);
CREATE INDEX core__patient_reads_by_staff ON core__patient_reads (staff_id, id) WHERE staff_id IS NOT NULL;

-- Which data of others the clinic let a module read.
CREATE TABLE core__plugin_reads (
    plugin     TEXT NOT NULL,
    data       TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    PRIMARY KEY (plugin, data)
) STRICT, WITHOUT ROWID;

-- The schema's own version when its triggers were last made: another one means that somebody changed tables past the store.
CREATE TABLE core__audit_schema (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    schema_version INTEGER NOT NULL
) STRICT;
