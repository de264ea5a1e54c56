CREATE TABLE needles__items (
    id                   INTEGER PRIMARY KEY,
    manufacturer         TEXT NOT NULL CHECK (length(manufacturer) BETWEEN 1 AND 100),
    name                 TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    -- Name, configuration and diameter, as shown.
    title                TEXT NOT NULL,
    ref                  TEXT CHECK (length(ref) BETWEEN 1 AND 30),
    gtin                 TEXT UNIQUE CHECK (length(gtin) = 14 AND gtin NOT GLOB '*[^0-9]*'),
    kind                 TEXT NOT NULL CHECK (kind IN
        ('NeedleCartridge', 'NeedleBar', 'PunchTip', 'Pigment', 'Anaesthetic', 'Diluent', 'HoldingSolution', 'SterilisedSet', 'Other')),
    configuration        TEXT CHECK (configuration GLOB '[1-9]R[LS]' OR configuration GLOB '[1-9][0-9]R[LS]'
                                  OR configuration GLOB '[1-9][MF]' OR configuration GLOB '[1-9][0-9][MF]'),
    diameter_micrometres INTEGER CHECK (diameter_micrometres BETWEEN 50 AND 5000),
    units_per_box        INTEGER NOT NULL CHECK (units_per_box BETWEEN 1 AND 10000),
    sterile              INTEGER NOT NULL CHECK (sterile IN (0, 1)),
    active               INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    row_version          INTEGER NOT NULL DEFAULT 1,
    UNIQUE (manufacturer, ref)
) STRICT;

CREATE INDEX needles__items_by_title ON needles__items (title COLLATE NOCASE, id);
CREATE INDEX needles__items_by_ref ON needles__items (ref) WHERE ref IS NOT NULL;
