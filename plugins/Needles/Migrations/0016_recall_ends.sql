-- Staff who were injured with a recalled lot; named by the injury, so that who it was stays where that is confidential.
CREATE TABLE needles__affected_staff (
    notice_id  INTEGER NOT NULL REFERENCES needles__recall_notices (id),
    injury_id  INTEGER NOT NULL REFERENCES needles__sharps_injuries (id),
    outcome    TEXT NOT NULL DEFAULT 'NotYet' CHECK (outcome IN ('NotYet', 'Called', 'WrittenTo', 'Unreachable', 'Declined')),
    note       TEXT CHECK (length(note) <= 500),
    outcome_by TEXT,
    outcome_at TEXT,
    PRIMARY KEY (notice_id, injury_id),
    CHECK ((outcome = 'NotYet') = (outcome_at IS NULL) AND (outcome = 'NotYet') = (outcome_by IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX needles__affected_staff_by_injury ON needles__affected_staff (injury_id);

-- Every try to tell somebody, in the order of the tries. Nothing in it is changed.
CREATE TABLE needles__notification_attempts (
    id         INTEGER PRIMARY KEY,
    notice_id  INTEGER NOT NULL REFERENCES needles__recall_notices (id),
    patient_id INTEGER REFERENCES patients (id),
    injury_id  INTEGER REFERENCES needles__sharps_injuries (id),
    outcome    TEXT NOT NULL CHECK (outcome IN ('Called', 'WrittenTo', 'Unreachable', 'Declined')),
    note       TEXT CHECK (length(note) <= 500),
    actor      TEXT NOT NULL,
    at         TEXT NOT NULL,
    CHECK ((patient_id IS NULL) <> (injury_id IS NULL))
) STRICT;
CREATE INDEX needles__notification_attempts_of_patient ON needles__notification_attempts (patient_id, notice_id) WHERE patient_id IS NOT NULL;
CREATE INDEX needles__notification_attempts_of_injury ON needles__notification_attempts (injury_id, notice_id) WHERE injury_id IS NOT NULL;
CREATE INDEX needles__notification_attempts_of_notice ON needles__notification_attempts (notice_id);

INSERT INTO needles__notification_attempts (notice_id, patient_id, outcome, note, actor, at)
SELECT notice_id, patient_id, outcome, note, outcome_by, outcome_at FROM needles__affected_patients WHERE outcome <> 'NotYet'
ORDER BY outcome_at;
