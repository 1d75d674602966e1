-- Jobs that go outside the window, and jobs that are forgotten some time after their end.

ALTER TABLE job ADD COLUMN ignore_window BIGINT NOT NULL DEFAULT 0 CHECK (ignore_window IN (0, 1));

-- What may be forgotten: what ended for good, and what has failed and only read. A write that has
-- failed stays until somebody has said what becomes of it.
CREATE INDEX job_forgettable ON job (finished_at, id)
    WHERE state IN ('done', 'cancelled', 'expired', 'ignored')
       OR (state = 'failed' AND kind IN ('probe', 'sync', 'read', 'report'));
-- Whether a run names a job: there is sync_part_by_job; a message set: batch_item_by_job.
