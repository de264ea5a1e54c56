ALTER TABLE test_calls__calls ADD COLUMN answered_at TEXT;
CREATE TABLE test_calls__answers (
    id   INTEGER PRIMARY KEY,
    call INTEGER NOT NULL REFERENCES test_calls__calls (id)
) STRICT;
