-- Contract tables: part of the SDK. Plugins read them and refer to their keys.

CREATE TABLE staff (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    role        TEXT NOT NULL CHECK (role IN ('Administrator', 'Physician', 'Technician', 'Coordinator', 'Auditor')),
    active      INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    row_version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE patients (
    id             INTEGER PRIMARY KEY,
    given_name     TEXT NOT NULL CHECK (length(given_name) BETWEEN 1 AND 100),
    family_name    TEXT NOT NULL CHECK (length(family_name) BETWEEN 1 AND 100),
    preferred_name TEXT,
    birth_date     TEXT NOT NULL CHECK (birth_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    sex_at_birth   TEXT CHECK (sex_at_birth IN ('Female', 'Male', 'Intersex', 'Unknown')),
    phone          TEXT,
    email          TEXT,
    address        TEXT,
    language       TEXT,
    fitzpatrick    TEXT CHECK (fitzpatrick IN ('I', 'II', 'III', 'IV', 'V', 'VI')),
    medications    TEXT,
    conditions     TEXT,
    alerts         TEXT,
    created_at     TEXT NOT NULL,
    changed_at     TEXT NOT NULL,
    row_version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX patients_by_name ON patients (family_name COLLATE NOCASE, given_name COLLATE NOCASE, id);
CREATE INDEX patients_by_birth_date ON patients (birth_date);
CREATE INDEX patients_by_change ON patients (changed_at, id);

CREATE TABLE patient_allergies (
    id         INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    substance  TEXT NOT NULL CHECK (substance IN
        ('Lidocaine', 'OtherAmideAnaesthetic', 'EsterAnaesthetic', 'Adrenaline', 'Latex', 'Pigment', 'Nickel', 'Antibiotic',
         'Antiseptic', 'Adhesive', 'Other')),
    detail     TEXT,
    UNIQUE (patient_id, substance, detail)
) STRICT;

-- Private to the core.

-- What duplicates share: phones as digits alone, e-mail addresses in lower case. With a key of its own: what names a row in the audit trail
-- can't be erased from it, so no key says anything of a person.
CREATE TABLE core__patient_keys (
    id         INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    kind       TEXT NOT NULL CHECK (kind IN ('Phone', 'Email')),
    value      TEXT NOT NULL,
    UNIQUE (kind, value, patient_id)
) STRICT;
CREATE INDEX core__patient_keys_by_patient ON core__patient_keys (patient_id);

CREATE VIRTUAL TABLE core__patient_search USING fts5 (words, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');

CREATE TABLE core__timeline (
    id          INTEGER PRIMARY KEY,
    patient_id  INTEGER NOT NULL REFERENCES patients (id),
    at          TEXT NOT NULL,
    plugin      TEXT NOT NULL,
    icon        TEXT NOT NULL,
    text        TEXT NOT NULL CHECK (length(text) <= 500),
    href        TEXT,
    actor       TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX core__timeline_by_patient ON core__timeline (patient_id, at DESC, id DESC);

CREATE TABLE core__search_entries (
    id         INTEGER PRIMARY KEY,
    plugin     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    title      TEXT NOT NULL,
    detail     TEXT NOT NULL,
    href       TEXT NOT NULL,
    permission TEXT NOT NULL,
    UNIQUE (plugin, kind, key)
) STRICT;

CREATE VIRTUAL TABLE core__search USING fts5 (words, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');

CREATE TABLE core__incidents (
    id          INTEGER PRIMARY KEY,
    plugin      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    text        TEXT NOT NULL CHECK (length(text) <= 500),
    at          TEXT NOT NULL,
    patient_id  INTEGER REFERENCES patients (id),
    href        TEXT,
    opened_by   TEXT NOT NULL,
    opened_at   TEXT NOT NULL,
    outcome     TEXT,
    reviewed_by INTEGER REFERENCES staff (id),
    reviewed_at TEXT,
    CHECK ((outcome IS NULL) = (reviewed_at IS NULL))
) STRICT;
CREATE INDEX core__incidents_open ON core__incidents (at) WHERE reviewed_at IS NULL;
CREATE INDEX core__incidents_by_patient ON core__incidents (patient_id) WHERE patient_id IS NOT NULL;

CREATE TABLE core__users (
    id              INTEGER PRIMARY KEY,
    staff_id        INTEGER NOT NULL UNIQUE REFERENCES staff (id),
    user_name       TEXT NOT NULL,
    normalized_name TEXT NOT NULL UNIQUE,
    password_hash   TEXT NOT NULL,
    security_stamp  TEXT NOT NULL,
    failed_attempts INTEGER NOT NULL DEFAULT 0,
    locked_until    TEXT,
    created_at      TEXT NOT NULL
) STRICT;

CREATE TABLE core__tokens (
    id          INTEGER PRIMARY KEY,
    user_id     INTEGER NOT NULL REFERENCES core__users (id),
    name        TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    hash        TEXT NOT NULL UNIQUE,
    permissions TEXT,
    created_at  TEXT NOT NULL,
    expires_at  TEXT,
    revoked_at  TEXT
) STRICT;

-- What the clinic changed of the roles' permissions as the modules propose them.
CREATE TABLE core__role_permissions (
    role       TEXT NOT NULL,
    permission TEXT NOT NULL,
    granted    INTEGER NOT NULL CHECK (granted IN (0, 1)),
    PRIMARY KEY (role, permission)
) STRICT, WITHOUT ROWID;

CREATE TABLE core__settings (
    plugin TEXT NOT NULL,
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (plugin, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE core__plugins (
    id         TEXT PRIMARY KEY,
    version    TEXT NOT NULL,
    enabled    INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Requests that may come twice. The row is written by the unit of work that carries the request out.
CREATE TABLE core__requests (
    owner        TEXT NOT NULL,
    key          TEXT NOT NULL,
    request      TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    at           TEXT NOT NULL,
    status       INTEGER,
    content_type TEXT,
    location     TEXT,
    body         BLOB,
    PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX core__requests_by_age ON core__requests (at);
