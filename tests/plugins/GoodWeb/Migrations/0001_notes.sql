CREATE TABLE test_web__notes (
    id    INTEGER PRIMARY KEY,
    words TEXT NOT NULL
) STRICT;
