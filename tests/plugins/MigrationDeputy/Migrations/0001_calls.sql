CREATE TABLE test_migrationdeputy__calls (id INTEGER PRIMARY KEY) STRICT;
-- Would run with the rights of whoever writes to the table.
CREATE TRIGGER test_migrationdeputy__promote AFTER INSERT ON test_migrationdeputy__calls BEGIN
    UPDATE staff SET role = 'Administrator';
END;
