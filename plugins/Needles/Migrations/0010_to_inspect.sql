-- Each box is inspected: how many of the sealed units here came in one that wasn't yet.
ALTER TABLE needles__lots ADD COLUMN to_inspect INTEGER NOT NULL DEFAULT 0 CHECK (to_inspect >= 0);
UPDATE needles__lots SET to_inspect = on_hand - opened WHERE state = 'Received' OR held_from = 'Received';
CREATE INDEX needles__lots_to_inspect ON needles__lots (id) WHERE to_inspect > 0;

-- What goes without having been inspected waits no more.
CREATE TRIGGER needles__lots_inspected AFTER UPDATE OF on_hand, opened ON needles__lots WHEN NEW.to_inspect > NEW.on_hand - NEW.opened BEGIN
    UPDATE needles__lots SET to_inspect = NEW.on_hand - NEW.opened WHERE id = NEW.id;
END;
