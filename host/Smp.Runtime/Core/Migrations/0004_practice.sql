-- Contract tables: part of the SDK. Plugins read them and refer to their keys.

CREATE TABLE locations (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
    address     TEXT CHECK (length(address) <= 500),
    -- An IANA name: Europe/Zurich.
    time_zone   TEXT NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
    active      INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    row_version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE rooms (
    id          INTEGER PRIMARY KEY,
    location_id INTEGER NOT NULL REFERENCES locations (id),
    name        TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    active      INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    row_version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (location_id, name)
) STRICT;

-- The common ground of sessions, surgeries and whatever else a module does to a patient.
CREATE TABLE procedures (
    id              INTEGER PRIMARY KEY,
    -- Whose it is, and what it is in that module's own words: sessions, Session.
    plugin          TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 50),
    title           TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    patient_id      INTEGER NOT NULL REFERENCES patients (id),
    location_id     INTEGER REFERENCES locations (id),
    room_id         INTEGER REFERENCES rooms (id),
    state           TEXT NOT NULL CHECK (state IN ('Planned', 'Booked', 'InProgress', 'Closed', 'Aborted', 'Cancelled', 'Voided')),
    planned_for     TEXT,
    started_at      TEXT,
    ended_at        TEXT,
    -- Whose hands, and who wrote it down.
    performed_by    INTEGER REFERENCES staff (id),
    recorded_by     INTEGER REFERENCES staff (id),
    -- Entered afterwards: when and why.
    historical      INTEGER NOT NULL DEFAULT 0 CHECK (historical IN (0, 1)),
    entered_at      TEXT NOT NULL,
    entered_because TEXT CHECK (length(entered_because) BETWEEN 1 AND 500),
    href            TEXT,
    row_version     INTEGER NOT NULL DEFAULT 1,
    CHECK ((historical = 1) = (entered_because IS NOT NULL)),
    CHECK (started_at IS NOT NULL OR state IN ('Planned', 'Booked', 'Cancelled', 'Voided')),
    CHECK (ended_at IS NOT NULL OR state NOT IN ('Closed', 'Aborted')),
    CHECK (ended_at IS NULL OR ended_at >= started_at)
) STRICT;
CREATE INDEX procedures_by_patient ON procedures (patient_id, coalesce(started_at, planned_for, entered_at));
CREATE INDEX procedures_open ON procedures (state, planned_for) WHERE state IN ('Planned', 'Booked', 'InProgress');

CREATE TABLE procedure_team (
    id           INTEGER PRIMARY KEY,
    procedure_id INTEGER NOT NULL REFERENCES procedures (id),
    staff_id     INTEGER NOT NULL REFERENCES staff (id),
    -- What they do in it, in the module's words: Practitioner, Assistant, Scribe.
    part         TEXT NOT NULL CHECK (length(part) BETWEEN 1 AND 50),
    UNIQUE (procedure_id, staff_id, part)
) STRICT;
CREATE INDEX procedure_team_by_staff ON procedure_team (staff_id, procedure_id);
