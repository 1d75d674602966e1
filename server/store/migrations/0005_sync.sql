-- What is read when: settings, schedule, runs, and what a run needs to know of those before it.

-- Only what differs from the default; data_type '' holds for every type of the company.
CREATE TABLE sync_setting (
    company_id         TEXT NOT NULL REFERENCES company (id),
    data_type          TEXT NOT NULL,
    name               TEXT NOT NULL
        CHECK (name IN ('enabled', 'every', 'from', 'full', 'first', 'order', 'months', 'basis')),
    value              TEXT NOT NULL,
    PRIMARY KEY (company_id, data_type, name)
);

-- How the reading of a type stands; 0 where it never came to that.
CREATE TABLE sync_state (
    company_id         TEXT NOT NULL REFERENCES company (id),
    data_type          TEXT NOT NULL,
    asked_at           BIGINT NOT NULL DEFAULT 0,
    completed_at       BIGINT NOT NULL DEFAULT 0,
    full_at            BIGINT NOT NULL DEFAULT 0,
    -- Why QuickBooks does not answer it, empty when it does.
    skipped            TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (company_id, data_type),
    -- Everything that was read completely was read.
    CHECK (full_at <= completed_at)
);

-- When something of a company may be due; the process that moves the time enqueues it.
CREATE TABLE sync_look (
    company_id         TEXT PRIMARY KEY REFERENCES company (id),
    look_at            BIGINT NOT NULL
);

-- Types that were asked for together.
CREATE TABLE sync_run (
    id                 TEXT PRIMARY KEY,
    company_id         TEXT NOT NULL REFERENCES company (id),
    cause              TEXT NOT NULL CHECK (cause IN ('first', 'schedule', 'asked', 'comparison')),
    started_at         BIGINT NOT NULL
);
CREATE INDEX sync_run_by_company ON sync_run (company_id, started_at, id);
CREATE TABLE sync_part (
    run_id             TEXT NOT NULL REFERENCES sync_run (id),
    position           BIGINT NOT NULL,
    data_type          TEXT NOT NULL,
    -- Of this run, or of one before it that had not ended.
    job_id             TEXT NOT NULL REFERENCES job (id),
    PRIMARY KEY (run_id, position)
);
CREATE INDEX sync_part_by_job ON sync_part (job_id);

-- How many records of a query QuickBooks gives within a few seconds.
CREATE TABLE page_pace (
    company_id         TEXT NOT NULL REFERENCES company (id),
    query              TEXT NOT NULL,
    page_size          BIGINT NOT NULL CHECK (page_size > 0),
    PRIMARY KEY (company_id, query)
);

-- Documents that others name, to be read again.
CREATE TABLE linked_wait (
    company_id         TEXT NOT NULL REFERENCES company (id),
    data_type          TEXT NOT NULL,
    id                 TEXT NOT NULL,
    at                 BIGINT NOT NULL,
    PRIMARY KEY (company_id, data_type, id)
);
