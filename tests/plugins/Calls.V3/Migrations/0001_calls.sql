CREATE TABLE test_calls__calls (
    id    INTEGER PRIMARY KEY,
    words TEXT NOT NULL
) STRICT;
