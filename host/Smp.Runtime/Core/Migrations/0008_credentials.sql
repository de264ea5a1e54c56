-- What staff may show for what they do, and until when. A renewal is a row of its own; nothing is deleted.
CREATE TABLE core__credentials (
    id            INTEGER PRIMARY KEY,
    staff_id      INTEGER NOT NULL REFERENCES staff (id),
    kind          TEXT NOT NULL CHECK (kind IN ('Licence', 'BloodbornePathogenTraining', 'BasicLifeSupport', 'Other')),
    name          TEXT CHECK (length(name) BETWEEN 1 AND 100),
    number        TEXT CHECK (length(number) <= 100),
    issuer        TEXT CHECK (length(issuer) <= 200),
    valid_from    TEXT CHECK (valid_from GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    -- The last day on which it is valid.
    valid_until   TEXT NOT NULL CHECK (valid_until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    -- Ended before its time: revoked, or entered in error.
    ended_at      TEXT,
    ended_because TEXT CHECK (length(ended_because) BETWEEN 1 AND 500),
    row_version   INTEGER NOT NULL DEFAULT 1,
    CHECK ((kind = 'Other') = (name IS NOT NULL)),
    CHECK (valid_from IS NULL OR valid_from <= valid_until),
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
) STRICT;
CREATE INDEX core__credentials_by_staff ON core__credentials (staff_id, kind, valid_until);
CREATE INDEX core__credentials_by_end ON core__credentials (valid_until) WHERE ended_at IS NULL;
