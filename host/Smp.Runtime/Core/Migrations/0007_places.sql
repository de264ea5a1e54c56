-- When a location is open: by the clock on its wall, so that eight stays eight when the clocks change. Several times a day are allowed.
CREATE TABLE core__opening_hours (
    id          INTEGER PRIMARY KEY,
    location_id INTEGER NOT NULL REFERENCES locations (id),
    -- As ISO 8601 counts: 1 is Monday, 7 is Sunday.
    weekday     INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens_at    TEXT NOT NULL CHECK (opens_at GLOB '[0-2][0-9]:[0-5][0-9]' AND opens_at < '24:00'),
    -- 24:00 is the midnight at the day's end.
    closes_at   TEXT NOT NULL CHECK (closes_at GLOB '[0-2][0-9]:[0-5][0-9]' AND closes_at <= '24:00'),
    CHECK (opens_at < closes_at),
    UNIQUE (location_id, weekday, opens_at)
) STRICT;
