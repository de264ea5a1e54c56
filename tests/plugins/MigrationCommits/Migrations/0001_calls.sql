CREATE TABLE test_migrationcommits__calls (id INTEGER PRIMARY KEY) STRICT;
COMMIT;
