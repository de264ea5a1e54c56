-- smp: breaking
ALTER TABLE test_calls__calls RENAME COLUMN words TO said;
-- Takes a while, as it does where there is much to move.
WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 3000000)
UPDATE test_calls__calls SET said = said WHERE id = (SELECT max(n) FROM counted);
