CREATE TABLE test_guardthrows__marks (id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;
