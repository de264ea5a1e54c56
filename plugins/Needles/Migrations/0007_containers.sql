-- What is in a bottle or a box, and how long it keeps once opened.
ALTER TABLE needles__items ADD COLUMN discard_after_days INTEGER CHECK (discard_after_days BETWEEN 0 AND 3650);
ALTER TABLE needles__items ADD COLUMN multi_patient INTEGER NOT NULL DEFAULT 0 CHECK (multi_patient IN (0, 1));
ALTER TABLE needles__items ADD COLUMN contents_microlitres INTEGER CHECK (contents_microlitres BETWEEN 1 AND 10000000);
ALTER TABLE needles__items ADD COLUMN contents_pieces INTEGER CHECK (contents_pieces BETWEEN 1 AND 10000);

CREATE TABLE needles__item_substances (
    item_id   INTEGER NOT NULL REFERENCES needles__items (id),
    -- The words of patient_allergies.substance, without the one that says nothing.
    substance TEXT NOT NULL CHECK (substance IN
        ('Lidocaine', 'OtherAmideAnaesthetic', 'EsterAnaesthetic', 'Adrenaline', 'Latex', 'Pigment', 'Nickel', 'Antibiotic', 'Antiseptic', 'Adhesive')),
    PRIMARY KEY (item_id, substance)
) STRICT, WITHOUT ROWID;

CREATE TABLE needles__containers (
    id                   INTEGER PRIMARY KEY,
    lot_id               INTEGER NOT NULL REFERENCES needles__lots (id),
    opened_by            INTEGER REFERENCES staff (id),
    actor                TEXT NOT NULL,
    opened_at            TEXT NOT NULL,
    -- The last day it can be used on.
    discard_on           TEXT CHECK (discard_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    multi_patient        INTEGER NOT NULL CHECK (multi_patient IN (0, 1)),
    -- Of a container for one patient: whose it is, from the first taking on.
    patient_id           INTEGER REFERENCES patients (id),
    contents_microlitres INTEGER CHECK (contents_microlitres > 0),
    contents_pieces      INTEGER CHECK (contents_pieces > 0),
    state                TEXT NOT NULL DEFAULT 'Open' CHECK (state IN ('Open', 'Discarded', 'Empty')),
    closed_by            TEXT,
    closed_at            TEXT,
    reason               TEXT CHECK (length(reason) BETWEEN 1 AND 500),
    CHECK ((state = 'Open') = (closed_at IS NULL) AND (state = 'Open') = (closed_by IS NULL)),
    CHECK (patient_id IS NULL OR multi_patient = 0)
) STRICT;
CREATE INDEX needles__containers_by_lot ON needles__containers (lot_id, id);
CREATE INDEX needles__containers_by_patient ON needles__containers (patient_id) WHERE patient_id IS NOT NULL;
CREATE INDEX needles__containers_open ON needles__containers (coalesce(discard_on, '9999-12-31'), id) WHERE state = 'Open';

ALTER TABLE needles__movements ADD COLUMN container_id INTEGER REFERENCES needles__containers (id);
CREATE INDEX needles__movements_by_container ON needles__movements (container_id) WHERE container_id IS NOT NULL;

-- What is taken from a container moves no stock: the container as a whole does.
ALTER TABLE needles__picks ADD COLUMN container_id INTEGER REFERENCES needles__containers (id);
ALTER TABLE needles__picks ADD COLUMN procedure_id INTEGER REFERENCES procedures (id);
CREATE INDEX needles__picks_by_container ON needles__picks (container_id) WHERE container_id IS NOT NULL;
CREATE INDEX needles__picks_by_procedure ON needles__picks (procedure_id) WHERE procedure_id IS NOT NULL;
CREATE INDEX needles__picks_open ON needles__picks (picked_at, id) WHERE used + wasted < quantity;

ALTER TABLE needles__uses ADD COLUMN container_id INTEGER REFERENCES needles__containers (id);
ALTER TABLE needles__uses ADD COLUMN microlitres INTEGER CHECK (microlitres BETWEEN 1 AND 10000000);
ALTER TABLE needles__uses ADD COLUMN procedure_id INTEGER REFERENCES procedures (id);
CREATE INDEX needles__uses_by_container ON needles__uses (container_id, used_at, id) WHERE container_id IS NOT NULL;
CREATE INDEX needles__uses_by_procedure ON needles__uses (procedure_id) WHERE procedure_id IS NOT NULL;

-- More rules that a use can break, and more that stands in the way of a pick.
CREATE TABLE needles__use_flags_new (
    use_id      INTEGER NOT NULL REFERENCES needles__uses (id),
    flag        TEXT NOT NULL CHECK (flag IN
        ('Expired', 'Recalled', 'Quarantined', 'NotReleased', 'BeyondStock', 'ContainerPastDiscard', 'ContainerClosed', 'SharedContainer', 'BeyondPick',
         'BeforeReceipt', 'Allergy', 'LoadFailed')),
    incident_id INTEGER NOT NULL,
    PRIMARY KEY (use_id, flag)
) STRICT, WITHOUT ROWID;
INSERT INTO needles__use_flags_new (use_id, flag, incident_id) SELECT use_id, flag, incident_id FROM needles__use_flags;
DROP TABLE needles__use_flags;
ALTER TABLE needles__use_flags_new RENAME TO needles__use_flags;

CREATE TABLE needles__refused_picks_new (
    id           INTEGER PRIMARY KEY,
    lot_id       INTEGER NOT NULL REFERENCES needles__lots (id),
    patient_id   INTEGER NOT NULL REFERENCES patients (id),
    container_id INTEGER REFERENCES needles__containers (id),
    quantity     INTEGER NOT NULL,
    obstacle     TEXT NOT NULL CHECK (obstacle IN
        ('NotReleased', 'Expired', 'Quarantined', 'Recalled', 'Disposed', 'Depleted', 'BeyondStock', 'Reserved', 'ContainerPastDiscard',
         'ContainerClosed', 'SharedContainer', 'Allergy')),
    sentence     TEXT NOT NULL,
    staff_id     INTEGER REFERENCES staff (id),
    actor        TEXT NOT NULL,
    at           TEXT NOT NULL
) STRICT;
INSERT INTO needles__refused_picks_new (id, lot_id, patient_id, quantity, obstacle, sentence, staff_id, actor, at)
SELECT id, lot_id, patient_id, quantity, obstacle, sentence, staff_id, actor, at FROM needles__refused_picks;
DROP TABLE needles__refused_picks;
ALTER TABLE needles__refused_picks_new RENAME TO needles__refused_picks;
CREATE INDEX needles__refused_picks_by_lot ON needles__refused_picks (lot_id);
CREATE INDEX needles__refused_picks_by_patient ON needles__refused_picks (patient_id);
CREATE INDEX needles__refused_picks_by_container ON needles__refused_picks (container_id) WHERE container_id IS NOT NULL;
