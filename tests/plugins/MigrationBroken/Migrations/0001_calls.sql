CREATE TABLE test_migrationbroken__calls (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE test_migrationbroken__due (id NUMBER_OF_SOMETHING) STRICT;
