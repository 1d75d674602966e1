-- A message set whose answer was lost is looked for in QuickBooks before it is sent again.
-- The job that looks, '' while there is none for its last sending.
ALTER TABLE batch ADD COLUMN look TEXT NOT NULL DEFAULT '';
-- 1: what is out is no repetition, but the question for the answer that QuickBooks keeps.
ALTER TABLE batch ADD COLUMN asked BIGINT NOT NULL DEFAULT 0 CHECK (asked IN (0, 1));
