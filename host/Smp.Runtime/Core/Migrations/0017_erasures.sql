-- Patients whose record was erased: whole, or as far as the retention periods let it go. The reason names nobody.
CREATE TABLE core__patient_erasures (
    id         INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    whole      INTEGER NOT NULL CHECK (whole IN (0, 1)),
    reason     TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    erased_by  TEXT NOT NULL,
    erased_at  TEXT NOT NULL,
    -- What was done, by table, as a list of {table, goes, unnamed}.
    tables     TEXT NOT NULL CHECK (json_valid(tables)),
    -- The first day on which the rest can go.
    rest_on    TEXT CHECK (rest_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    CHECK ((rest_on IS NULL) = (whole = 1))
) STRICT;
CREATE UNIQUE INDEX core__patient_erasures_whole ON core__patient_erasures (patient_id) WHERE whole = 1;
CREATE INDEX core__patient_erasures_by_patient ON core__patient_erasures (patient_id, id);
CREATE INDEX core__patient_erasures_by_rest ON core__patient_erasures (rest_on, patient_id) WHERE rest_on IS NOT NULL;

-- What is deleted leaves the index at once, and not with the next merge of its parts.
INSERT INTO core__patient_search (core__patient_search, rank) VALUES ('secure-delete', 1);
INSERT INTO core__search (core__search, rank) VALUES ('secure-delete', 1);
