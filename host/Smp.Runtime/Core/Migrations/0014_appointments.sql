-- Contract tables: part of the SDK. Plugins read them and refer to their keys.

CREATE TABLE appointments (
    id           INTEGER PRIMARY KEY,
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    -- The kind of procedure it is for, and whose kind that is: sessions, Session. Neither where it is for none.
    plugin       TEXT,
    kind         TEXT CHECK (length(kind) BETWEEN 1 AND 50),
    title        TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    status       TEXT NOT NULL CHECK (status IN
        ('Proposed', 'Pending', 'Booked', 'Arrived', 'CheckedIn', 'Fulfilled', 'Cancelled', 'NoShow', 'Waitlist', 'EnteredInError')),
    location_id  INTEGER REFERENCES locations (id),
    room_id      INTEGER REFERENCES rooms (id),
    starts_at    TEXT,
    ends_at      TEXT,
    procedure_id INTEGER UNIQUE REFERENCES procedures (id),
    changed_at   TEXT NOT NULL,
    row_version  INTEGER NOT NULL DEFAULT 1,
    CHECK ((plugin IS NULL) = (kind IS NULL)),
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK (ends_at > starts_at),
    -- No longer than a day: what overlaps with one began within the day before it, and is found by that.
    CHECK (ends_at <= strftime('%Y-%m-%dT%H:%M:%fZ', starts_at, '+1 day')),
    CHECK ((starts_at IS NOT NULL AND location_id IS NOT NULL) OR status IN ('Waitlist', 'Cancelled', 'EnteredInError'))
) STRICT;
CREATE INDEX appointments_by_start ON appointments (starts_at) WHERE starts_at IS NOT NULL;
CREATE INDEX appointments_by_patient ON appointments (patient_id, starts_at);
CREATE INDEX appointments_waiting ON appointments (id) WHERE status = 'Waitlist';

CREATE TABLE appointment_staff (
    id             INTEGER PRIMARY KEY,
    appointment_id INTEGER NOT NULL REFERENCES appointments (id),
    staff_id       INTEGER NOT NULL REFERENCES staff (id),
    -- What they do in it, in the module's words; NULL for whoever's hands it is.
    part           TEXT CHECK (length(part) BETWEEN 1 AND 50),
    UNIQUE (appointment_id, staff_id)
) STRICT;
CREATE INDEX appointment_staff_by_staff ON appointment_staff (staff_id, appointment_id);

-- No room and no member of staff is booked twice, whoever writes. Judged when a time is taken: on being booked or held, and when what holds its time is moved.
-- That somebody has come is a fact, and isn't judged.
CREATE TRIGGER appointments_take_i BEFORE INSERT ON appointments
WHEN NEW.status IN ('Pending', 'Booked', 'Arrived', 'CheckedIn') AND NEW.room_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM appointments a
    WHERE a.starts_at > strftime('%Y-%m-%dT%H:%M:%fZ', NEW.starts_at, '-1 day') AND a.starts_at < NEW.ends_at AND a.ends_at > NEW.starts_at
        AND a.status IN ('Pending', 'Booked', 'Arrived', 'CheckedIn') AND a.room_id = NEW.room_id)
BEGIN
    SELECT RAISE(ABORT, 'the room is taken at that time');
END;

CREATE TRIGGER appointments_take_u BEFORE UPDATE OF status, room_id, starts_at, ends_at ON appointments
WHEN (NEW.status IN ('Pending', 'Booked') AND OLD.status NOT IN ('Pending', 'Booked', 'Arrived', 'CheckedIn'))
    OR (NEW.status IN ('Pending', 'Booked', 'Arrived', 'CheckedIn')
        AND (NEW.room_id IS NOT OLD.room_id OR NEW.starts_at IS NOT OLD.starts_at OR NEW.ends_at IS NOT OLD.ends_at))
BEGIN
    SELECT RAISE(ABORT, 'the room is taken at that time') FROM appointments a
    WHERE a.starts_at > strftime('%Y-%m-%dT%H:%M:%fZ', NEW.starts_at, '-1 day') AND a.starts_at < NEW.ends_at AND a.ends_at > NEW.starts_at
        AND a.status IN ('Pending', 'Booked', 'Arrived', 'CheckedIn') AND a.room_id = NEW.room_id AND a.id <> NEW.id;
    SELECT RAISE(ABORT, 'a member of staff is taken at that time') FROM appointments a
    JOIN appointment_staff theirs ON theirs.appointment_id = a.id
    JOIN appointment_staff own ON own.appointment_id = NEW.id AND own.staff_id = theirs.staff_id
    WHERE a.starts_at > strftime('%Y-%m-%dT%H:%M:%fZ', NEW.starts_at, '-1 day') AND a.starts_at < NEW.ends_at AND a.ends_at > NEW.starts_at
        AND a.status IN ('Pending', 'Booked', 'Arrived', 'CheckedIn') AND a.id <> NEW.id;
END;

CREATE TRIGGER appointment_staff_take_i BEFORE INSERT ON appointment_staff
WHEN EXISTS (
    SELECT 1 FROM appointments own
    JOIN appointments a ON a.starts_at > strftime('%Y-%m-%dT%H:%M:%fZ', own.starts_at, '-1 day') AND a.starts_at < own.ends_at AND a.ends_at > own.starts_at
    JOIN appointment_staff theirs ON theirs.appointment_id = a.id AND theirs.staff_id = NEW.staff_id
    WHERE own.id = NEW.appointment_id AND own.status IN ('Pending', 'Booked', 'Arrived', 'CheckedIn')
        AND a.status IN ('Pending', 'Booked', 'Arrived', 'CheckedIn') AND a.id <> own.id)
BEGIN
    SELECT RAISE(ABORT, 'a member of staff is taken at that time');
END;

CREATE TRIGGER appointment_staff_fixed BEFORE UPDATE ON appointment_staff
BEGIN
    SELECT RAISE(ABORT, 'who takes part is taken out and added, not changed');
END;

-- Private to the core.

CREATE TABLE core__appointment_details (
    appointment_id INTEGER PRIMARY KEY REFERENCES appointments (id),
    patient_id     INTEGER NOT NULL REFERENCES patients (id),
    -- Names it in calendars elsewhere, for ever.
    uid            TEXT NOT NULL UNIQUE,
    minutes        INTEGER NOT NULL CHECK (minutes BETWEEN 5 AND 1440),
    note           TEXT CHECK (length(note) BETWEEN 1 AND 500),
    -- For who waits: days on which it could be, and with whom.
    wanted_from    TEXT,
    wanted_until   TEXT,
    wanted_staff   INTEGER REFERENCES staff (id),
    made_at        TEXT NOT NULL,
    CHECK (wanted_until >= wanted_from)
) STRICT;
CREATE INDEX core__appointment_details_by_patient ON core__appointment_details (patient_id);

-- What was done with it. Nothing of it is ever changed.
CREATE TABLE core__appointment_acts (
    id             INTEGER PRIMARY KEY,
    appointment_id INTEGER NOT NULL REFERENCES appointments (id),
    patient_id     INTEGER NOT NULL REFERENCES patients (id),
    act            TEXT NOT NULL,
    -- The status it came to, and its time then.
    status         TEXT NOT NULL,
    starts_at      TEXT,
    reason         TEXT CHECK (length(reason) BETWEEN 1 AND 500),
    actor          TEXT NOT NULL,
    at             TEXT NOT NULL
) STRICT;
CREATE INDEX core__appointment_acts_by_appointment ON core__appointment_acts (appointment_id, id);
CREATE INDEX core__appointment_acts_by_patient ON core__appointment_acts (patient_id);

-- When nothing is booked: a whole location, one of its rooms, or somebody who isn't there. By the clock on the wall, as opening hours are.
CREATE TABLE core__closed_times (
    id          INTEGER PRIMARY KEY,
    location_id INTEGER REFERENCES locations (id),
    room_id     INTEGER REFERENCES rooms (id),
    staff_id    INTEGER REFERENCES staff (id),
    from_wall   TEXT NOT NULL CHECK (from_wall GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]'),
    until_wall  TEXT NOT NULL CHECK (until_wall GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]'),
    reason      TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 100),
    CHECK (from_wall < until_wall),
    CHECK ((location_id IS NULL) <> (staff_id IS NULL)),
    CHECK (room_id IS NULL OR location_id IS NOT NULL)
) STRICT;
CREATE INDEX core__closed_times_by_end ON core__closed_times (until_wall);

-- What a room is and has: surgery, operating light. What procedures need is compared with it.
CREATE TABLE core__room_features (
    id      INTEGER PRIMARY KEY,
    room_id INTEGER NOT NULL REFERENCES rooms (id),
    feature TEXT NOT NULL COLLATE NOCASE CHECK (length(feature) BETWEEN 1 AND 50),
    UNIQUE (room_id, feature)
) STRICT;

-- The secret address at which a calendar program finds somebody's appointments; of the secret only its hash.
CREATE TABLE core__calendar_feeds (
    id       INTEGER PRIMARY KEY,
    staff_id INTEGER NOT NULL UNIQUE REFERENCES staff (id),
    hash     TEXT NOT NULL UNIQUE,
    made_by  TEXT NOT NULL,
    made_at  TEXT NOT NULL
) STRICT;
