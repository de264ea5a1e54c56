CREATE TABLE test_errands__done (
    id    INTEGER PRIMARY KEY,
    what  TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
