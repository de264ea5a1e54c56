CREATE TABLE consents__templates (
    id          INTEGER PRIMARY KEY,
    -- Of the forms that come with the module; null for the clinic's own.
    shipped     TEXT UNIQUE CHECK (length(shipped) BETWEEN 1 AND 50),
    title       TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    kind        TEXT NOT NULL CHECK (kind IN ('Procedure', 'Anaesthesia', 'PhotoClinical', 'PhotoMarketing', 'DataProcessing', 'Communication')),
    row_version INTEGER NOT NULL DEFAULT 1
) STRICT;

-- What can't begin without it. Kinds are the words of the modules that do them.
CREATE TABLE consents__template_procedures (
    template_id INTEGER NOT NULL REFERENCES consents__templates (id),
    procedure   TEXT NOT NULL COLLATE NOCASE CHECK (length(procedure) BETWEEN 1 AND 50),
    PRIMARY KEY (template_id, procedure)
) STRICT, WITHOUT ROWID;
CREATE INDEX consents__template_procedures_by_procedure ON consents__template_procedures (procedure);

CREATE TABLE consents__versions (
    id               INTEGER PRIMARY KEY,
    template_id      INTEGER NOT NULL REFERENCES consents__templates (id),
    number           INTEGER NOT NULL CHECK (number >= 1),
    state            TEXT NOT NULL DEFAULT 'Draft' CHECK (state IN ('Draft', 'Published', 'Retired')),
    cooling_off_days INTEGER NOT NULL CHECK (cooling_off_days BETWEEN 0 AND 365),
    -- 0: doesn't expire.
    expires_months   INTEGER NOT NULL CHECK (expires_months BETWEEN 0 AND 120),
    minors           TEXT NOT NULL CHECK (minors IN ('Refused', 'Guardian')),
    -- Who signs, in this order, parted by commas.
    signatures       TEXT NOT NULL,
    material_change  INTEGER NOT NULL DEFAULT 0 CHECK (material_change IN (0, 1)),
    change_note      TEXT CHECK (length(change_note) <= 500),
    row_version      INTEGER NOT NULL DEFAULT 1,
    created_by       TEXT NOT NULL,
    created_at       TEXT NOT NULL,
    published_by     TEXT,
    published_at     TEXT,
    retired_at       TEXT,
    UNIQUE (template_id, number),
    CHECK ((state = 'Draft') = (published_at IS NULL) AND (published_at IS NULL) = (published_by IS NULL)),
    CHECK ((state = 'Retired') = (retired_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX consents__versions_draft ON consents__versions (template_id) WHERE state = 'Draft';
CREATE UNIQUE INDEX consents__versions_published ON consents__versions (template_id) WHERE state = 'Published';

CREATE TABLE consents__texts (
    version_id INTEGER NOT NULL REFERENCES consents__versions (id),
    language   TEXT NOT NULL CHECK (language GLOB '[a-z][a-z]'),
    title      TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    source     TEXT NOT NULL CHECK (length(source) <= 100000),
    -- JSON: [{"text", "answers": [], "right"}]
    questions  TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (version_id, language)
) STRICT, WITHOUT ROWID;

-- What was published is never another: people signed it.
CREATE TRIGGER consents__versions_published_stays BEFORE UPDATE OF template_id, number, cooling_off_days, expires_months, minors, signatures, material_change ON consents__versions
WHEN OLD.state <> 'Draft' BEGIN
    SELECT RAISE(ABORT, 'A published version is never changed.');
END;
CREATE TRIGGER consents__versions_never_drafts_again BEFORE UPDATE OF state ON consents__versions
WHEN OLD.state = 'Retired' OR OLD.state = 'Published' AND NEW.state = 'Draft' BEGIN
    SELECT RAISE(ABORT, 'A published version is never a draft again.');
END;
CREATE TRIGGER consents__texts_added BEFORE INSERT ON consents__texts
WHEN (SELECT state FROM consents__versions WHERE id = NEW.version_id) <> 'Draft' BEGIN
    SELECT RAISE(ABORT, 'A published version is never changed.');
END;
CREATE TRIGGER consents__texts_changed BEFORE UPDATE ON consents__texts
WHEN (SELECT state FROM consents__versions WHERE id = OLD.version_id) <> 'Draft' BEGIN
    SELECT RAISE(ABORT, 'A published version is never changed.');
END;
CREATE TRIGGER consents__texts_removed BEFORE DELETE ON consents__texts
WHEN (SELECT state FROM consents__versions WHERE id = OLD.version_id) <> 'Draft' BEGIN
    SELECT RAISE(ABORT, 'A published version is never changed.');
END;
