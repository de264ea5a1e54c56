-- Measurements, the dose ledger and complications. Facts: what is wrong is voided, never changed or deleted.

CREATE TABLE core__measurements (
    id                        INTEGER PRIMARY KEY,
    patient_id                INTEGER NOT NULL REFERENCES patients (id),
    kind                      TEXT NOT NULL CHECK (kind IN ('Weight', 'Height', 'BloodPressure', 'Pulse', 'OxygenSaturation')),
    weight_grams              INTEGER CHECK (weight_grams > 0),
    height_millimetres        INTEGER CHECK (height_millimetres > 0),
    systolic_mmhg             INTEGER CHECK (systolic_mmhg > diastolic_mmhg),
    diastolic_mmhg            INTEGER CHECK (diastolic_mmhg > 0),
    pulse_per_minute          INTEGER CHECK (pulse_per_minute >= 0),
    oxygen_saturation_percent INTEGER CHECK (oxygen_saturation_percent BETWEEN 0 AND 100),
    taken_at                  TEXT NOT NULL,
    taken_by                  INTEGER NOT NULL REFERENCES staff (id),
    procedure_id              INTEGER REFERENCES procedures (id),
    recorded_by               TEXT NOT NULL,
    recorded_at               TEXT NOT NULL,
    voided_at                 TEXT,
    voided_by                 TEXT,
    void_reason               TEXT CHECK (length(void_reason) BETWEEN 1 AND 500),
    CHECK ((kind = 'Weight') = (weight_grams IS NOT NULL)),
    CHECK ((kind = 'Height') = (height_millimetres IS NOT NULL)),
    CHECK ((kind = 'BloodPressure') = (systolic_mmhg IS NOT NULL)),
    CHECK ((systolic_mmhg IS NULL) = (diastolic_mmhg IS NULL)),
    CHECK ((kind = 'Pulse') = (pulse_per_minute IS NOT NULL)),
    CHECK ((kind = 'OxygenSaturation') = (oxygen_saturation_percent IS NOT NULL)),
    CHECK ((voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL))
) STRICT;
CREATE INDEX core__measurements_by_kind ON core__measurements (patient_id, kind, taken_at DESC, id DESC);
CREATE INDEX core__measurements_by_patient ON core__measurements (patient_id, taken_at DESC, id DESC);

CREATE TABLE core__drugs (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
    class       TEXT NOT NULL CHECK (class IN ('AmideAnaesthetic', 'EsterAnaesthetic', 'Sedative', 'OtherDrug')),
    sedating    INTEGER NOT NULL CHECK (sedating IN (0, 1)),
    -- Came with the program.
    known       INTEGER NOT NULL DEFAULT 0 CHECK (known IN (0, 1)),
    active      INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    row_version INTEGER NOT NULL DEFAULT 1
) STRICT;

-- What the source says, and what the clinic says: never more than the source.
CREATE TABLE core__drug_limits (
    id                              INTEGER PRIMARY KEY,
    drug_id                         INTEGER NOT NULL REFERENCES core__drugs (id),
    with_adrenaline                 INTEGER NOT NULL CHECK (with_adrenaline IN (0, 1)),
    source                          TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
    source_micrograms_per_kilogram  INTEGER CHECK (source_micrograms_per_kilogram > 0),
    source_maximum_micrograms       INTEGER CHECK (source_maximum_micrograms > 0),
    -- "Kept below 300 mg": 300 mg is too much already.
    maximum_excluded                INTEGER NOT NULL CHECK (maximum_excluded IN (0, 1)),
    micrograms_per_kilogram         INTEGER CHECK (micrograms_per_kilogram > 0 AND micrograms_per_kilogram <= coalesce(source_micrograms_per_kilogram, micrograms_per_kilogram)),
    maximum_micrograms              INTEGER CHECK (maximum_micrograms > 0 AND maximum_micrograms <= coalesce(source_maximum_micrograms, maximum_micrograms)),
    UNIQUE (drug_id, with_adrenaline),
    CHECK (source_micrograms_per_kilogram IS NULL OR micrograms_per_kilogram IS NOT NULL),
    CHECK (source_maximum_micrograms IS NULL OR maximum_micrograms IS NOT NULL),
    CHECK (micrograms_per_kilogram IS NOT NULL OR maximum_micrograms IS NOT NULL)
) STRICT;

INSERT INTO core__drugs (id, name, class, sedating, known) VALUES
    (1, 'Lidocaine', 'AmideAnaesthetic', 0, 1),
    (2, 'Bupivacaine', 'AmideAnaesthetic', 0, 1),
    (3, 'Articaine', 'AmideAnaesthetic', 0, 1),
    (4, 'Mepivacaine', 'AmideAnaesthetic', 0, 1),
    (5, 'Prilocaine', 'AmideAnaesthetic', 0, 1),
    (6, 'Ropivacaine', 'AmideAnaesthetic', 0, 1),
    (7, 'Tetracaine', 'EsterAnaesthetic', 0, 1),
    (8, 'Benzocaine', 'EsterAnaesthetic', 0, 1),
    (9, 'Midazolam', 'Sedative', 1, 1),
    (10, 'Diazepam', 'Sedative', 1, 1);

INSERT INTO core__drug_limits
    (drug_id, with_adrenaline, source, source_micrograms_per_kilogram, source_maximum_micrograms, maximum_excluded, micrograms_per_kilogram, maximum_micrograms)
VALUES
    (1, 0, 'Lidocaine HCl injection, US label: kept below 300 mg, and not over 4.5 mg/kg', 4500, 300000, 1, 4500, 300000),
    (1, 1, 'Lidocaine HCl and epinephrine injection, US label: kept below 500 mg, and not over 7 mg/kg', 7000, 500000, 1, 7000, 500000),
    (2, 0, 'Bupivacaine HCl injection, US label: single doses up to 175 mg without epinephrine', NULL, 175000, 0, NULL, 175000),
    (2, 1, 'Bupivacaine HCl and epinephrine injection, US label: single doses up to 225 mg with epinephrine', NULL, 225000, 0, NULL, 225000),
    (3, 1, 'Articaine HCl and epinephrine injection, US label 2.2: 7 mg/kg in adults', 7000, NULL, 0, 7000, NULL),
    (4, 0, 'Mepivacaine HCl 3 % dental injection, US label: 3 mg/lb (6.6 mg/kg), not over 400 mg', 6600, 400000, 0, 6600, 400000),
    (5, 0, 'Prilocaine HCl 4 % (Citanest Plain), US label: 8 mg/kg under 70 kg, else 600 mg', 8000, 600000, 0, 8000, 600000);

CREATE TABLE core__doses (
    id                                      INTEGER PRIMARY KEY,
    patient_id                              INTEGER NOT NULL REFERENCES patients (id),
    -- Null for a drug that the catalogue hasn't; its name stands here all the same.
    drug_id                                 INTEGER REFERENCES core__drugs (id),
    drug                                    TEXT NOT NULL CHECK (length(drug) BETWEEN 1 AND 100),
    concentration_micrograms_per_millilitre INTEGER CHECK (concentration_micrograms_per_millilitre > 0),
    volume_microlitres                      INTEGER CHECK (volume_microlitres > 0),
    -- µg/mL × µL is ng exactly.
    amount_nanograms                        INTEGER NOT NULL CHECK (amount_nanograms > 0),
    with_adrenaline                         INTEGER NOT NULL CHECK (with_adrenaline IN (0, 1)),
    sedating                                INTEGER NOT NULL CHECK (sedating IN (0, 1)),
    route                                   TEXT NOT NULL CHECK (route IN ('Infiltration', 'Block', 'Tumescent', 'Topical', 'Oral', 'Intravenous')),
    area_square_centimetres                 INTEGER CHECK (area_square_centimetres > 0),
    occluded                                INTEGER CHECK (occluded IN (0, 1)),
    lot_id                                  INTEGER,
    lot                                     TEXT CHECK (length(lot) BETWEEN 1 AND 50),
    procedure_id                            INTEGER REFERENCES procedures (id),
    performed_by                            INTEGER NOT NULL REFERENCES staff (id),
    given_at                                TEXT NOT NULL,
    recorded_by                             TEXT NOT NULL,
    recorded_at                             TEXT NOT NULL,
    plugin                                  TEXT NOT NULL,
    note                                    TEXT CHECK (length(note) BETWEEN 1 AND 500),
    -- Names of DoseFlag, parted by spaces.
    flags                                   TEXT NOT NULL,
    voided_at                               TEXT,
    voided_by                               TEXT,
    void_reason                             TEXT CHECK (length(void_reason) BETWEEN 1 AND 500),
    CHECK ((concentration_micrograms_per_millilitre IS NULL) = (volume_microlitres IS NULL)),
    CHECK (volume_microlitres IS NULL OR amount_nanograms = concentration_micrograms_per_millilitre * volume_microlitres),
    CHECK (route = 'Topical' OR (area_square_centimetres IS NULL AND occluded IS NULL)),
    CHECK ((voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL))
) STRICT;
CREATE INDEX core__doses_by_patient ON core__doses (patient_id, given_at DESC, id DESC);

CREATE TABLE core__complications (
    id           INTEGER PRIMARY KEY,
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    procedure_id INTEGER REFERENCES procedures (id),
    kind         TEXT NOT NULL CHECK (kind IN ('ShockLoss', 'Folliculitis', 'Necrosis', 'Oedema', 'Infection', 'Overharvesting', 'PoorGrowth',
        'Allergy', 'Migration', 'ColourShift', 'AnaestheticToxicity', 'NeedlestickToPatient', 'OtherComplication')),
    other_kind   TEXT CHECK (length(other_kind) BETWEEN 1 AND 100),
    onset_on     TEXT NOT NULL CHECK (onset_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    severity     TEXT NOT NULL CHECK (severity IN ('Mild', 'Moderate', 'Severe')),
    description  TEXT NOT NULL CHECK (length(description) BETWEEN 1 AND 1000),
    treatment    TEXT CHECK (length(treatment) BETWEEN 1 AND 1000),
    outcome      TEXT CHECK (length(outcome) BETWEEN 1 AND 1000),
    resolved_at  TEXT,
    resolved_by  TEXT,
    recorded_by  TEXT NOT NULL,
    recorded_at  TEXT NOT NULL,
    plugin       TEXT NOT NULL,
    row_version  INTEGER NOT NULL DEFAULT 1,
    CHECK ((kind = 'OtherComplication') = (other_kind IS NOT NULL)),
    CHECK ((outcome IS NULL) = (resolved_at IS NULL) AND (outcome IS NULL) = (resolved_by IS NULL))
) STRICT;
CREATE INDEX core__complications_by_patient ON core__complications (patient_id, onset_on DESC, id DESC);
