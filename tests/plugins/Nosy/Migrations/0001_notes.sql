CREATE TABLE test_nosy__notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
INSERT INTO test_nosy__notes (text) VALUES ('mine');
