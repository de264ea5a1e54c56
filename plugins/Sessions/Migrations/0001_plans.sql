CREATE TABLE sessions__plans (
    id                 INTEGER PRIMARY KEY,
    patient_id         INTEGER NOT NULL REFERENCES patients (id),
    indication         TEXT NOT NULL CHECK (indication IN
        ('ShavedLook', 'DensityFill', 'ScarCamouflageFut', 'ScarCamouflageFue', 'AlopeciaAreata', 'CicatricialAlopecia', 'PostTransplantBlend', 'HairlineRestoration')),
    hairline           TEXT CHECK (hairline IN ('Soft', 'Defined', 'Broken')),
    target             TEXT CHECK (length(target) BETWEEN 1 AND 1000),
    estimated_sessions INTEGER NOT NULL CHECK (estimated_sessions BETWEEN 2 AND 4),
    state              TEXT NOT NULL DEFAULT 'Enquiry' CHECK (state IN
        ('Enquiry', 'Assessed', 'Consented', 'Active', 'Completed', 'TouchUpDue', 'TouchUpActive', 'OnHold', 'Abandoned')),
    held_from          TEXT,
    state_reason       TEXT CHECK (length(state_reason) BETWEEN 1 AND 500),
    -- Counts what the client is shown and signs: zones, hairline, shades. A design that was signed says which.
    design_version     INTEGER NOT NULL DEFAULT 1,
    completed_at       TEXT,
    satisfaction       INTEGER CHECK (satisfaction BETWEEN 1 AND 5),
    touch_up_due       TEXT CHECK (touch_up_due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    created_by         TEXT NOT NULL,
    created_at         TEXT NOT NULL,
    changed_at         TEXT NOT NULL,
    row_version        INTEGER NOT NULL DEFAULT 1,
    CHECK ((state = 'OnHold') = (held_from IS NOT NULL))
) STRICT;
CREATE INDEX sessions__plans_by_patient ON sessions__plans (patient_id, id);
CREATE INDEX sessions__plans_by_state ON sessions__plans (state, changed_at, id);
CREATE INDEX sessions__plans_by_change ON sessions__plans (changed_at, id);
CREATE INDEX sessions__plans_touch_up ON sessions__plans (touch_up_due) WHERE touch_up_due IS NOT NULL;

CREATE TABLE sessions__plan_zones (
    plan_id         INTEGER NOT NULL REFERENCES sessions__plans (id),
    zone            TEXT NOT NULL CHECK (zone IN
        ('FrontalHairline', 'TemporalPeakLeft', 'TemporalPeakRight', 'Frontal', 'MidScalp', 'Vertex', 'ParietalLeft', 'ParietalRight', 'TemporalLeft', 'TemporalRight',
         'Occipital', 'Nape', 'Scar')),
    -- Of the density of the hair around it.
    density_percent INTEGER NOT NULL CHECK (density_percent BETWEEN 1 AND 100),
    PRIMARY KEY (plan_id, zone)
) STRICT, WITHOUT ROWID;

-- The pigments that are planned. REACH (EC 1907/2006), annex XVII entry 75: brand and batch are on record; the batch with each use.
CREATE TABLE sessions__plan_pigments (
    id        INTEGER PRIMARY KEY,
    plan_id   INTEGER NOT NULL REFERENCES sessions__plans (id),
    shade     TEXT NOT NULL CHECK (length(shade) BETWEEN 1 AND 50),
    brand     TEXT NOT NULL CHECK (length(brand) BETWEEN 1 AND 100),
    -- One that isn't planned any more stays, for what was done with it.
    active    INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    UNIQUE (plan_id, shade, brand)
) STRICT;

CREATE TABLE sessions__plan_steps (
    id      INTEGER PRIMARY KEY,
    plan_id INTEGER NOT NULL REFERENCES sessions__plans (id),
    event   TEXT NOT NULL,
    state   TEXT NOT NULL,
    reason  TEXT CHECK (length(reason) BETWEEN 1 AND 500),
    actor   TEXT NOT NULL,
    at      TEXT NOT NULL
) STRICT;
CREATE INDEX sessions__plan_steps_by_plan ON sessions__plan_steps (plan_id, id);

CREATE TABLE sessions__assessments (
    id             INTEGER PRIMARY KEY,
    plan_id        INTEGER NOT NULL REFERENCES sessions__plans (id),
    patient_id     INTEGER NOT NULL REFERENCES patients (id),
    result         TEXT NOT NULL CHECK (result IN ('Candidate', 'Deferred', 'Declined')),
    -- What the screening alone says.
    screening      TEXT NOT NULL CHECK (screening IN ('Candidate', 'Deferred')),
    -- A physician's word, where the result is another one; why it was declined.
    reason         TEXT CHECK (length(reason) BETWEEN 1 AND 500),
    quiescent_note TEXT CHECK (length(quiescent_note) BETWEEN 1 AND 500),
    note           TEXT CHECK (length(note) BETWEEN 1 AND 2000),
    assessed_by    INTEGER REFERENCES staff (id),
    actor          TEXT NOT NULL,
    assessed_at    TEXT NOT NULL
) STRICT;
CREATE INDEX sessions__assessments_by_plan ON sessions__assessments (plan_id, id);
CREATE INDEX sessions__assessments_by_patient ON sessions__assessments (patient_id, id);

CREATE TABLE sessions__assessment_answers (
    assessment_id INTEGER NOT NULL REFERENCES sessions__assessments (id),
    question      TEXT NOT NULL,
    yes           INTEGER NOT NULL CHECK (yes IN (0, 1)),
    last_on       TEXT CHECK (last_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    PRIMARY KEY (assessment_id, question)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions__patch_tests (
    id          INTEGER PRIMARY KEY,
    plan_id     INTEGER NOT NULL REFERENCES sessions__plans (id),
    pigment_id  INTEGER NOT NULL REFERENCES sessions__plan_pigments (id),
    patient_id  INTEGER NOT NULL REFERENCES patients (id),
    state       TEXT NOT NULL CHECK (state IN ('Applied', 'ReadOnce', 'Negative', 'Positive', 'Inconclusive', 'Waived')),
    site        TEXT CHECK (length(site) BETWEEN 1 AND 100),
    lot         TEXT CHECK (length(lot) BETWEEN 1 AND 50),
    applied_at  TEXT NOT NULL,
    applied_by  TEXT NOT NULL,
    row_version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX sessions__patch_tests_by_plan ON sessions__patch_tests (plan_id, pigment_id, id);
CREATE INDEX sessions__patch_tests_by_patient ON sessions__patch_tests (patient_id, id);
CREATE INDEX sessions__patch_tests_unread ON sessions__patch_tests (applied_at) WHERE state IN ('Applied', 'ReadOnce');

CREATE TABLE sessions__patch_readings (
    id       INTEGER PRIMARY KEY,
    test_id  INTEGER NOT NULL REFERENCES sessions__patch_tests (id),
    event    TEXT NOT NULL CHECK (event IN ('ReadNegative', 'ReadPositive', 'ReadInconclusive', 'Waive')),
    note     TEXT CHECK (length(note) BETWEEN 1 AND 500),
    actor    TEXT NOT NULL,
    at       TEXT NOT NULL
) STRICT;
CREATE INDEX sessions__patch_readings_by_test ON sessions__patch_readings (test_id, id);

-- What the client was shown and signed, as it was then.
CREATE TABLE sessions__designs (
    id             INTEGER PRIMARY KEY,
    plan_id        INTEGER NOT NULL REFERENCES sessions__plans (id),
    patient_id     INTEGER NOT NULL REFERENCES patients (id),
    design_version INTEGER NOT NULL,
    -- Zones with their density, hairline and shades, as JSON, and its SHA-256, which is shown beside the signature.
    content        TEXT NOT NULL,
    sha256         TEXT NOT NULL CHECK (length(sha256) = 64),
    note           TEXT CHECK (length(note) BETWEEN 1 AND 500),
    signed_name    TEXT NOT NULL CHECK (length(signed_name) BETWEEN 1 AND 200),
    -- The strokes, where it was drawn; a typed name where they are null.
    strokes_sha256 TEXT CHECK (length(strokes_sha256) = 64),
    signed_at      TEXT NOT NULL,
    actor          TEXT NOT NULL
) STRICT;
CREATE INDEX sessions__designs_by_plan ON sessions__designs (plan_id, id);
CREATE INDEX sessions__designs_by_patient ON sessions__designs (patient_id, id);
