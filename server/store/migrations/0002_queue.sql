-- The queue: many jobs in one message set, jobs that wait for others, keys, expiry, counters.

CREATE TABLE job_next (
    id                 TEXT PRIMARY KEY,
    company_id         TEXT NOT NULL REFERENCES company (id),
    kind               TEXT NOT NULL
        CHECK (kind IN ('probe', 'sync', 'read', 'write', 'report', 'raw', 'interactive')),
    state              TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'done', 'failed', 'in_doubt', 'cancelled', 'expired',
                         'ignored')),
    data_type          TEXT NOT NULL,
    operation          TEXT NOT NULL,
    body               TEXT NOT NULL,
    priority           BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    run_at             BIGINT NOT NULL,
    finished_at        BIGINT NOT NULL,
    expires_at         BIGINT NOT NULL DEFAULT 0,
    attempt            BIGINT NOT NULL,
    losses             BIGINT NOT NULL DEFAULT 0,
    together           BIGINT NOT NULL DEFAULT 0,
    -- How many jobs of job_after are not done.
    waits_for          BIGINT NOT NULL DEFAULT 0 CHECK (waits_for >= 0),
    hold               TEXT NOT NULL DEFAULT '' CHECK (hold IN ('', 'parent', 'upgrade')),
    on_conflict        TEXT NOT NULL DEFAULT 'fail' CHECK (on_conflict IN ('fail', 'latest')),
    refresh            TEXT NOT NULL DEFAULT '' CHECK (refresh IN ('', 'wanted', 'had')),
    idempotency_key    TEXT NOT NULL DEFAULT '',
    wish_hash          TEXT NOT NULL DEFAULT '',
    note               TEXT NOT NULL DEFAULT '',
    batch_id           TEXT,
    cursor             TEXT NOT NULL,
    result             TEXT NOT NULL,
    problem            TEXT NOT NULL,
    -- An end has a time, and only an end has one.
    CHECK ((state IN ('done', 'failed', 'cancelled', 'expired', 'ignored')) = (finished_at > 0)),
    -- Only what is out, or may be, names a batch.
    CHECK (batch_id IS NULL OR state IN ('running', 'in_doubt')),
    -- What waits for other jobs was never sent.
    CHECK (waits_for = 0 OR state IN ('queued', 'cancelled', 'expired')),
    CHECK (state NOT IN ('failed', 'expired', 'ignored') OR problem <> '')
);
INSERT INTO job_next (id, company_id, kind, state, data_type, operation, body, priority,
                      created_at, run_at, finished_at, attempt, batch_id, cursor, result, problem)
    SELECT id, company_id, kind, state, data_type, operation, body,
           CASE kind WHEN 'interactive' THEN 1000 ELSE priority END,
           created_at, run_at, finished_at, attempt, batch_id, cursor, result, problem FROM job;

CREATE TABLE attempt_next (
    job_id             TEXT NOT NULL REFERENCES job_next (id),
    number             BIGINT NOT NULL,
    batch_id           TEXT NOT NULL,
    ended_at           BIGINT NOT NULL,
    outcome            TEXT NOT NULL,
    status_code        TEXT NOT NULL,
    message            TEXT NOT NULL,
    PRIMARY KEY (job_id, number)
);
INSERT INTO attempt_next (job_id, number, batch_id, ended_at, outcome, status_code, message)
    SELECT job_id, number, batch_id, ended_at, outcome, status_code, message FROM attempt;

CREATE TABLE batch_next (
    id                 TEXT PRIMARY KEY,
    company_id         TEXT NOT NULL REFERENCES company (id),
    state              TEXT NOT NULL CHECK (state IN ('sent', 'settled', 'given_back', 'in_doubt')),
    changes_books      BIGINT NOT NULL,
    sendings           BIGINT NOT NULL,
    -- Names of its requests in order, parted by U+001F; '' in rows older than this column.
    requests           TEXT NOT NULL,
    text               TEXT NOT NULL,
    sent_at            BIGINT NOT NULL,
    -- Reading is safe to repeat: only what changes the books can be in doubt.
    CHECK (state <> 'in_doubt' OR changes_books = 1)
);
INSERT INTO batch_next (id, company_id, state, changes_books, sendings, requests, text, sent_at)
    SELECT id, company_id, state, changes_books, sendings, '', text, sent_at FROM batch;

-- Which jobs travel in a batch, each with so many of its requests.
CREATE TABLE batch_item (
    batch_id           TEXT NOT NULL REFERENCES batch_next (id),
    position           BIGINT NOT NULL,
    job_id             TEXT NOT NULL REFERENCES job_next (id),
    requests           BIGINT NOT NULL,
    PRIMARY KEY (batch_id, position)
);
INSERT INTO batch_item (batch_id, position, job_id, requests)
    SELECT id, 0, job_id, 0 FROM batch;

DROP TABLE attempt;
DROP TABLE batch;
DROP TABLE job;
ALTER TABLE job_next RENAME TO job;
ALTER TABLE attempt_next RENAME TO attempt;
ALTER TABLE batch_next RENAME TO batch;

-- What may go now, and when the next may. A million waiting jobs cost nothing here.
CREATE INDEX job_due ON job (company_id, priority, run_at, id)
    WHERE state = 'queued' AND waits_for = 0 AND hold = '';
CREATE INDEX job_next_time ON job (company_id, run_at)
    WHERE state = 'queued' AND waits_for = 0 AND hold = '';
CREATE INDEX job_out ON job (company_id) WHERE state IN ('running', 'in_doubt');
CREATE INDEX job_trouble ON job (company_id, state, id) WHERE state IN ('failed', 'in_doubt');
CREATE INDEX job_sync ON job (company_id, data_type)
    WHERE kind = 'sync' AND state IN ('queued', 'running');
CREATE INDEX job_expiring ON job (expires_at) WHERE state = 'queued' AND expires_at > 0;
CREATE INDEX job_by_company ON job (company_id, id);
CREATE UNIQUE INDEX job_key ON job (company_id, idempotency_key) WHERE idempotency_key <> '';
CREATE INDEX batch_in_doubt ON batch (company_id, sent_at) WHERE state = 'in_doubt';
CREATE INDEX batch_by_age ON batch (sent_at) WHERE state IN ('settled', 'given_back');
CREATE INDEX batch_item_by_job ON batch_item (job_id);

-- Jobs that must be done before another one is sent.
CREATE TABLE job_after (
    job_id             TEXT NOT NULL REFERENCES job (id),
    parent_id          TEXT NOT NULL REFERENCES job (id),
    PRIMARY KEY (job_id, parent_id)
);
CREATE INDEX job_after_parent ON job_after (parent_id);

-- How many jobs are in each state: moved with each job, so that nobody ever has to count.
CREATE TABLE job_count (
    company_id         TEXT NOT NULL REFERENCES company (id),
    state              TEXT NOT NULL,
    count              BIGINT NOT NULL CHECK (count >= 0),
    PRIMARY KEY (company_id, state)
);
INSERT INTO job_count (company_id, state, count)
    SELECT company_id, state, COUNT(*) FROM job GROUP BY company_id, state;

-- What people did: who, when, to what.
CREATE TABLE audit (
    id                 TEXT PRIMARY KEY,
    at                 BIGINT NOT NULL,
    company_id         TEXT NOT NULL,
    actor              TEXT NOT NULL,
    verb               TEXT NOT NULL,
    subject            TEXT NOT NULL,
    detail             TEXT NOT NULL
);
CREATE INDEX audit_by_company ON audit (company_id, id);
CREATE INDEX audit_by_subject ON audit (subject, id);
