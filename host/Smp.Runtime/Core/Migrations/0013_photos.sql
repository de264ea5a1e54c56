-- Photos of patients. The pictures are files; what is wrong is voided, never deleted.
CREATE TABLE core__photos (
    id               INTEGER PRIMARY KEY,
    patient_id       INTEGER NOT NULL REFERENCES patients (id),
    procedure_id     INTEGER REFERENCES procedures (id),
    view             TEXT NOT NULL CHECK (view IN ('Frontal', 'FrontalObliqueLeft', 'FrontalObliqueRight', 'LateralLeft', 'LateralRight', 'Vertex', 'Occipital', 'Donor', 'Trichoscopy')),
    stage            TEXT NOT NULL CHECK (stage IN ('Baseline', 'PreSession', 'Immediate', 'Healed', 'FollowUp')),
    taken_at         TEXT NOT NULL,
    note             TEXT CHECK (length(note) BETWEEN 1 AND 500),
    sha256           TEXT NOT NULL REFERENCES core__files (sha256),
    thumbnail_sha256 TEXT REFERENCES core__files (sha256),
    width            INTEGER NOT NULL CHECK (width > 0),
    height           INTEGER NOT NULL CHECK (height > 0),
    added_by         TEXT NOT NULL,
    added_at         TEXT NOT NULL,
    plugin           TEXT NOT NULL,
    voided_at        TEXT,
    voided_by        TEXT,
    void_reason      TEXT CHECK (length(void_reason) BETWEEN 1 AND 500),
    row_version      INTEGER NOT NULL DEFAULT 1,
    CHECK ((voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL))
) STRICT;
CREATE INDEX core__photos_by_patient ON core__photos (patient_id, taken_at DESC, id DESC);
CREATE INDEX core__photos_by_procedure ON core__photos (procedure_id, view, taken_at) WHERE procedure_id IS NOT NULL;
CREATE INDEX core__photos_by_file ON core__photos (sha256);
