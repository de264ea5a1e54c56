CREATE TABLE needles__movements (
    id            INTEGER PRIMARY KEY,
    lot_id        INTEGER NOT NULL REFERENCES needles__lots (id),
    kind          TEXT NOT NULL,
    quantity      INTEGER NOT NULL CHECK (quantity >= 0),
    on_hand_delta INTEGER NOT NULL,
    opened_delta  INTEGER NOT NULL,
    reason        TEXT CHECK (length(reason) <= 600),
    use_id        INTEGER REFERENCES needles__uses (id),
    pick_id       INTEGER REFERENCES needles__picks (id),
    -- A movement can be taken back once.
    reverses      INTEGER UNIQUE REFERENCES needles__movements (id),
    staff_id      INTEGER REFERENCES staff (id),
    actor         TEXT NOT NULL,
    at            TEXT NOT NULL,
    recorded_at   TEXT NOT NULL,
    -- What each kind does to the units on hand and to those of them that are opened.
    CHECK (CASE kind
        WHEN 'Receive'    THEN on_hand_delta = quantity AND opened_delta = 0 AND quantity > 0
        WHEN 'Release'    THEN on_hand_delta = 0 AND opened_delta = 0
        WHEN 'Open'       THEN on_hand_delta = 0 AND opened_delta = quantity AND quantity > 0
        WHEN 'Use'        THEN on_hand_delta = -quantity AND opened_delta BETWEEN -quantity AND 0 AND quantity > 0
        WHEN 'Waste'      THEN on_hand_delta = -quantity AND opened_delta BETWEEN -quantity AND 0 AND quantity > 0
        WHEN 'Adjust'     THEN abs(on_hand_delta) = quantity AND opened_delta = 0
        WHEN 'Return'     THEN on_hand_delta = quantity AND opened_delta BETWEEN 0 AND quantity AND quantity > 0
        WHEN 'Quarantine' THEN on_hand_delta = 0 AND opened_delta = 0
        WHEN 'Dispose'    THEN on_hand_delta = -quantity AND opened_delta = 0
        ELSE 0 END)
) STRICT;
CREATE INDEX needles__movements_by_lot ON needles__movements (lot_id, id);
CREATE INDEX needles__movements_by_use ON needles__movements (use_id) WHERE use_id IS NOT NULL;
CREATE INDEX needles__movements_by_pick ON needles__movements (pick_id) WHERE pick_id IS NOT NULL;

-- Stock is the sum of its movements, always.
CREATE TRIGGER needles__movements_sum AFTER INSERT ON needles__movements BEGIN
    UPDATE needles__lots
    SET received = received + CASE NEW.kind WHEN 'Receive' THEN NEW.quantity ELSE 0 END,
        on_hand = on_hand + NEW.on_hand_delta,
        opened = opened + NEW.opened_delta,
        row_version = row_version + 1
    WHERE id = NEW.lot_id;
END;

CREATE TRIGGER needles__movements_keep BEFORE UPDATE ON needles__movements BEGIN
    SELECT RAISE(ABORT, 'A movement is never changed; a new one puts right what it did.');
END;

CREATE TRIGGER needles__movements_stay BEFORE DELETE ON needles__movements BEGIN
    SELECT RAISE(ABORT, 'A movement is never deleted; a new one puts right what it did.');
END;
