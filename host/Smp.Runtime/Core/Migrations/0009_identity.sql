-- Browsers in the treatment rooms, on which staff take turns by PIN. The browser holds a random secret, and this its hash.
CREATE TABLE core__tablets (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    hash       TEXT NOT NULL UNIQUE,
    paired_at  TEXT NOT NULL,
    paired_by  INTEGER REFERENCES staff (id),
    revoked_at TEXT
) STRICT;

-- Who is signed in, and was. A cookie counts while its row does.
CREATE TABLE core__sessions (
    id        INTEGER PRIMARY KEY,
    user_id   INTEGER NOT NULL REFERENCES core__users (id),
    hash      TEXT NOT NULL UNIQUE,
    method    TEXT NOT NULL CHECK (method IN ('Password', 'PasswordAndCode', 'Pin')),
    tablet_id INTEGER REFERENCES core__tablets (id),
    began_at  TEXT NOT NULL,
    ends_at   TEXT NOT NULL,
    -- Ended before: signed out, switched, or the tablet was revoked.
    ended_at  TEXT,
    CHECK (method <> 'Pin' OR tablet_id IS NOT NULL)
) STRICT;
CREATE INDEX core__sessions_by_tablet ON core__sessions (tablet_id, user_id, began_at) WHERE tablet_id IS NOT NULL;

-- One-time codes by RFC 6238. The secret is encrypted with the keys of the data folder.
CREATE TABLE core__totp (
    user_id      INTEGER PRIMARY KEY REFERENCES core__users (id),
    secret       TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    -- Null until a first code has shown that the app has the secret.
    confirmed_at TEXT,
    -- The step of the last code that was taken: none is taken twice.
    last_step    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE core__recovery_codes (
    id      INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES core__users (id),
    hash    TEXT NOT NULL UNIQUE,
    used_at TEXT
) STRICT;
CREATE INDEX core__recovery_codes_by_user ON core__recovery_codes (user_id);

CREATE TABLE core__pins (
    user_id         INTEGER PRIMARY KEY REFERENCES core__users (id),
    hash            TEXT NOT NULL,
    set_at          TEXT NOT NULL,
    -- The last session there was when the PIN was blocked: only a password in a later one makes it count again.
    blocked_through INTEGER NOT NULL DEFAULT 0
) STRICT;
