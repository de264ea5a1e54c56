-- Patients who turned out to be one. The one merged away stays as a record that leads to the one that goes on.
CREATE TABLE core__patient_merges (
    id          INTEGER PRIMARY KEY,
    survivor_id INTEGER NOT NULL REFERENCES patients (id),
    merged_id   INTEGER NOT NULL REFERENCES patients (id),
    reason      TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    merged_by   TEXT NOT NULL,
    merged_at   TEXT NOT NULL,
    -- What the survivor's own record took over, each field with its value before and after.
    filled      TEXT NOT NULL CHECK (json_valid(filled)),
    undone_by   TEXT,
    undone_at   TEXT,
    undo_reason TEXT CHECK (length(undo_reason) BETWEEN 1 AND 500),
    CHECK (survivor_id <> merged_id),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undo_reason IS NULL))
) STRICT;
CREATE UNIQUE INDEX core__patient_merges_current ON core__patient_merges (merged_id) WHERE undone_at IS NULL;
CREATE INDEX core__patient_merges_by_survivor ON core__patient_merges (survivor_id, id);

-- Which rows of which table moved, or were copied: an undo takes these back and no others.
CREATE TABLE core__patient_merge_rows (
    id       INTEGER PRIMARY KEY,
    merge_id INTEGER NOT NULL REFERENCES core__patient_merges (id),
    object   TEXT NOT NULL,
    field    TEXT NOT NULL,
    copied   INTEGER NOT NULL CHECK (copied IN (0, 1)),
    rows     INTEGER NOT NULL CHECK (rows > 0),
    keys     TEXT NOT NULL CHECK (json_valid(keys))
) STRICT;
CREATE INDEX core__patient_merge_rows_by_merge ON core__patient_merge_rows (merge_id);
