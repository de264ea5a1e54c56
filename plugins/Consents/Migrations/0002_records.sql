CREATE TABLE consents__records (
    id              INTEGER PRIMARY KEY,
    patient_id      INTEGER NOT NULL REFERENCES patients (id),
    template_id     INTEGER NOT NULL REFERENCES consents__templates (id),
    version_id      INTEGER NOT NULL REFERENCES consents__versions (id),
    kind            TEXT NOT NULL CHECK (kind IN ('Procedure', 'Anaesthesia', 'PhotoClinical', 'PhotoMarketing', 'DataProcessing', 'Communication')),
    title           TEXT NOT NULL,
    language        TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('Draft', 'Presented', 'Understood', 'CoolingOff', 'Signed', 'Active', 'Withdrawn', 'Expired', 'Superseded', 'Declined', 'Void')),
    -- What the client was shown, whole, as JSON; its hash is shown with it.
    presented       TEXT,
    presented_hash  TEXT CHECK (length(presented_hash) = 64),
    presented_at    TEXT,
    presented_by    TEXT,
    sign_from       TEXT,
    -- JSON, by field.
    answers         TEXT NOT NULL DEFAULT '{}',
    signed_at       TEXT,
    expires_on      TEXT,
    document_sha256 TEXT,
    pdf_sha256      TEXT,
    ended_at        TEXT,
    ended_by        TEXT,
    end_reason      TEXT CHECK (length(end_reason) <= 500),
    superseded_by   INTEGER REFERENCES consents__records (id),
    row_version     INTEGER NOT NULL DEFAULT 1,
    created_by      TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    CHECK ((state = 'Draft') <= (presented IS NULL)),
    CHECK ((presented IS NULL) = (presented_hash IS NULL) AND (presented IS NULL) = (presented_at IS NULL)),
    CHECK (state NOT IN ('Signed', 'Active', 'Withdrawn', 'Expired', 'Superseded') OR (signed_at IS NOT NULL AND document_sha256 IS NOT NULL)),
    CHECK (state NOT IN ('Withdrawn', 'Expired', 'Superseded', 'Declined', 'Void') OR ended_at IS NOT NULL)
) STRICT;
CREATE INDEX consents__records_by_patient ON consents__records (patient_id, template_id, state);
CREATE INDEX consents__records_open ON consents__records (state, sign_from) WHERE state IN ('Draft', 'Presented', 'Understood', 'CoolingOff');
CREATE INDEX consents__records_in_force ON consents__records (template_id) WHERE state = 'Active';
CREATE INDEX consents__records_by_version ON consents__records (version_id);

-- After signing nothing is edited: what was signed is what is stored.
CREATE TRIGGER consents__records_signed_stays BEFORE UPDATE OF template_id, version_id, kind, title, language, presented, presented_hash, presented_at, presented_by, sign_from, answers,
    signed_at, expires_on, document_sha256 ON consents__records WHEN OLD.signed_at IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'A signed consent is never changed.');
END;
CREATE TRIGGER consents__records_presented_stays BEFORE UPDATE OF template_id, version_id, kind, title, language, presented, presented_hash, presented_at, sign_from ON consents__records
WHEN OLD.presented IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'What was presented is never changed.');
END;
CREATE TRIGGER consents__records_printed_once BEFORE UPDATE OF pdf_sha256 ON consents__records WHEN OLD.pdf_sha256 IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'A printed consent keeps its print.');
END;
CREATE TRIGGER consents__records_answers_stay BEFORE UPDATE OF answers ON consents__records
WHEN EXISTS (SELECT 1 FROM consents__signatures WHERE record_id = OLD.id) BEGIN
    SELECT RAISE(ABORT, 'Answers stay as they are from the first signature on.');
END;

CREATE TABLE consents__signatures (
    id           INTEGER PRIMARY KEY,
    record_id    INTEGER NOT NULL REFERENCES consents__records (id),
    position     INTEGER NOT NULL CHECK (position >= 0),
    meaning      TEXT NOT NULL CHECK (meaning IN ('PatientConsent', 'GuardianConsent', 'Witness', 'PractitionerDisclosure', 'Interpreter')),
    method       TEXT NOT NULL CHECK (method IN ('Drawn', 'Typed', 'WetInkScan')),
    printed_name TEXT NOT NULL CHECK (length(printed_name) BETWEEN 1 AND 200),
    -- "mother", "husband": who somebody is that doesn't work here and isn't the client.
    relation     TEXT CHECK (length(relation) <= 100),
    staff_id     INTEGER REFERENCES staff (id),
    strokes      TEXT,
    scan_sha256  TEXT,
    -- Signed at home, by a link.
    remote       INTEGER NOT NULL DEFAULT 0 CHECK (remote IN (0, 1)),
    signed_at    TEXT NOT NULL,
    UNIQUE (record_id, position),
    CHECK ((method = 'Drawn') = (strokes IS NOT NULL) AND (method = 'WetInkScan') = (scan_sha256 IS NOT NULL))
) STRICT;
CREATE INDEX consents__signatures_by_staff ON consents__signatures (staff_id) WHERE staff_id IS NOT NULL;
CREATE TRIGGER consents__signatures_stay BEFORE UPDATE ON consents__signatures BEGIN
    SELECT RAISE(ABORT, 'A signature is never changed.');
END;

CREATE TABLE consents__tries (
    id        INTEGER PRIMARY KEY,
    record_id INTEGER NOT NULL REFERENCES consents__records (id),
    -- JSON: the answer to each question, by its place.
    answers   TEXT NOT NULL,
    right_count INTEGER NOT NULL CHECK (right_count >= 0),
    question_count INTEGER NOT NULL CHECK (question_count >= right_count),
    at        TEXT NOT NULL
) STRICT;
CREATE INDEX consents__tries_by_record ON consents__tries (record_id);
CREATE TRIGGER consents__tries_stay BEFORE UPDATE ON consents__tries BEGIN
    SELECT RAISE(ABORT, 'A try is never changed.');
END;

CREATE TABLE consents__capacities (
    id        INTEGER PRIMARY KEY,
    record_id INTEGER NOT NULL REFERENCES consents__records (id),
    able      INTEGER NOT NULL CHECK (able IN (0, 1)),
    note      TEXT NOT NULL CHECK (length(note) BETWEEN 1 AND 1000),
    staff_id  INTEGER NOT NULL REFERENCES staff (id),
    at        TEXT NOT NULL
) STRICT;
CREATE INDEX consents__capacities_by_record ON consents__capacities (record_id);

CREATE TABLE consents__withdrawals (
    record_id   INTEGER PRIMARY KEY REFERENCES consents__records (id),
    way         TEXT NOT NULL CHECK (way IN ('InPerson', 'Phone', 'Letter', 'Email', 'Link')),
    -- Nobody has to say why.
    reason      TEXT CHECK (length(reason) <= 500),
    recorded_by TEXT NOT NULL,
    at          TEXT NOT NULL,
    -- What it brings about, such as photos to take down, was seen to.
    seen_at     TEXT,
    seen_by     TEXT,
    seen_note   TEXT CHECK (length(seen_note) <= 500),
    CHECK ((seen_at IS NULL) = (seen_by IS NULL))
) STRICT;
CREATE INDEX consents__withdrawals_unseen ON consents__withdrawals (at) WHERE seen_at IS NULL;

CREATE TABLE consents__links (
    id         INTEGER PRIMARY KEY,
    record_id  INTEGER NOT NULL REFERENCES consents__records (id),
    -- SHA-256 of the secret in the address; the secret itself isn't kept.
    hash       TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    -- Wrong birth dates since the last right one.
    failures   INTEGER NOT NULL DEFAULT 0,
    -- Single use: whoever opened it first, with the birth date, goes on with it in that browser, which holds the secret of this hash.
    opened_at  TEXT,
    holder     TEXT CHECK (length(holder) = 64),
    ended_at   TEXT,
    CHECK ((opened_at IS NULL) = (holder IS NULL))
) STRICT;
CREATE UNIQUE INDEX consents__links_open ON consents__links (record_id) WHERE ended_at IS NULL;
CREATE INDEX consents__links_by_record ON consents__links (record_id);
