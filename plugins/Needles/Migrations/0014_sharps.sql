CREATE TABLE needles__sharps_containers (
    id           INTEGER PRIMARY KEY,
    label        TEXT NOT NULL CHECK (length(label) BETWEEN 1 AND 50),
    size_ml      INTEGER NOT NULL CHECK (size_ml BETWEEN 100 AND 100000),
    place        TEXT NOT NULL CHECK (length(place) BETWEEN 1 AND 200),
    room_id      INTEGER REFERENCES rooms (id),
    state        TEXT NOT NULL DEFAULT 'Open' CHECK (state IN ('Open', 'Closed', 'Disposed')),
    opened_by    TEXT NOT NULL,
    opened_at    TEXT NOT NULL,
    closed_by    TEXT,
    closed_at    TEXT,
    close_reason TEXT CHECK (close_reason IN ('ThreeQuartersFull', 'ThreeMonths', 'Damaged', 'Other')),
    close_note   TEXT CHECK (length(close_note) <= 500),
    disposed_by  TEXT,
    disposed_at  TEXT,
    carrier      TEXT CHECK (length(carrier) <= 200),
    receipt      TEXT CHECK (length(receipt) <= 100),
    row_version  INTEGER NOT NULL DEFAULT 1,
    CHECK ((state = 'Open') = (closed_at IS NULL) AND (state = 'Open') = (closed_by IS NULL) AND (state = 'Open') = (close_reason IS NULL)),
    CHECK ((state = 'Disposed') = (disposed_at IS NOT NULL) AND (state = 'Disposed') = (disposed_by IS NOT NULL)
        AND (state = 'Disposed') = (carrier IS NOT NULL) AND (state = 'Disposed') = (receipt IS NOT NULL))
) STRICT;
-- A label can be written on the next container once the one before has left the house.
CREATE UNIQUE INDEX needles__sharps_containers_here ON needles__sharps_containers (label) WHERE state <> 'Disposed';
CREATE INDEX needles__sharps_containers_by_state ON needles__sharps_containers (state, opened_at);
