-- Somebody who was told and then had more of the recalled lot is to be told again.
ALTER TABLE needles__affected_patients ADD COLUMN again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1));
