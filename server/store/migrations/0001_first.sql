-- Times are microseconds since 1970 (UTC), flags 0 or 1, ids are made by the server.

-- A company file linked to the host, and its link to QuickBooks.
CREATE TABLE company (
    id                 TEXT PRIMARY KEY,
    name               TEXT NOT NULL,
    user_name          TEXT NOT NULL UNIQUE,
    password_hash      TEXT NOT NULL,
    owner_id           TEXT NOT NULL,
    file_id            TEXT NOT NULL UNIQUE,
    status             TEXT NOT NULL
        CHECK (status IN ('PendingAuth', 'Linked', 'Unlinked', 'Deauthorized')),
    created_at         BIGINT NOT NULL,
    time_zone          TEXT NOT NULL DEFAULT '',
    pinned_path        TEXT NOT NULL DEFAULT '',
    -- What the linked file said of itself; empty before the first session.
    linked_file_id     TEXT NOT NULL DEFAULT '',
    linked_path        TEXT NOT NULL DEFAULT '',
    linked_name        TEXT NOT NULL DEFAULT '',
    linked_country     TEXT NOT NULL DEFAULT '',
    product            TEXT NOT NULL DEFAULT '',
    qbxml_version      TEXT NOT NULL DEFAULT '',
    home_currency      TEXT NOT NULL DEFAULT '',
    last_contact_at    BIGINT NOT NULL DEFAULT 0,
    last_error         TEXT NOT NULL DEFAULT '',
    settled_batch      TEXT NOT NULL DEFAULT ''
);

-- Host, company and preferences as QuickBooks last gave them.
CREATE TABLE first_look (
    company_id         TEXT PRIMARY KEY REFERENCES company (id),
    text               TEXT NOT NULL,
    seen_at            BIGINT NOT NULL
);

-- One row that a commit can touch to bring earlier ones onto the disk.
CREATE TABLE sync_mark (
    id                 BIGINT PRIMARY KEY CHECK (id = 1),
    count              BIGINT NOT NULL
);
INSERT INTO sync_mark (id, count) VALUES (1, 0);

-- Wrong passwords, per user and address; good_at is when that address last had the right one.
CREATE TABLE login_guard (
    user_name          TEXT NOT NULL,
    address            TEXT NOT NULL,
    failures           BIGINT NOT NULL,
    blocked_until      BIGINT NOT NULL,
    good_at            BIGINT NOT NULL,
    PRIMARY KEY (user_name, address)
);

-- One QBWC run. The ticket itself is a secret: only its hash is kept.
CREATE TABLE session (
    id                 TEXT PRIMARY KEY,
    ticket_hash        TEXT NOT NULL UNIQUE,
    company_id         TEXT NOT NULL REFERENCES company (id),
    state              TEXT NOT NULL
        CHECK (state IN ('open', 'busy', 'interactive', 'closing', 'closed')),
    batch_id           TEXT,
    interactive_job    TEXT,
    opened_at          BIGINT NOT NULL,
    deadline           BIGINT NOT NULL,
    identified         BIGINT NOT NULL,
    qbxml_major        BIGINT NOT NULL,
    qbxml_minor        BIGINT NOT NULL,
    company_file       TEXT NOT NULL,
    batches            BIGINT NOT NULL,
    jobs_done          BIGINT NOT NULL,
    jobs_failed        BIGINT NOT NULL,
    connection_tries   BIGINT NOT NULL,
    number             BIGINT NOT NULL,
    answer             TEXT NOT NULL,
    no_op              BIGINT NOT NULL,
    last_error         TEXT NOT NULL,
    -- A batch is out exactly while the session is busy.
    CHECK ((state = 'busy') = (batch_id IS NOT NULL) OR state IN ('closing', 'closed'))
);
-- At most one live session a company.
CREATE UNIQUE INDEX session_live ON session (company_id)
    WHERE state IN ('open', 'busy', 'interactive');
CREATE INDEX session_by_deadline ON session (deadline) WHERE state <> 'closed';

-- One promise to one company file.
CREATE TABLE job (
    id                 TEXT PRIMARY KEY,
    company_id         TEXT NOT NULL REFERENCES company (id),
    kind               TEXT NOT NULL CHECK (kind IN ('probe', 'sync', 'write', 'raw', 'interactive')),
    state              TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'done', 'failed', 'in_doubt', 'cancelled')),
    data_type          TEXT NOT NULL,
    operation          TEXT NOT NULL,
    body               TEXT NOT NULL,
    priority           BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    run_at             BIGINT NOT NULL,
    finished_at        BIGINT NOT NULL,
    attempt            BIGINT NOT NULL,
    batch_id           TEXT,
    cursor             TEXT NOT NULL,
    result             TEXT NOT NULL,
    problem            TEXT NOT NULL,
    -- An end has a time, and only an end has one.
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at > 0)),
    -- Only what is out, or may be, names a batch.
    CHECK (batch_id IS NULL OR state IN ('running', 'in_doubt')),
    CHECK (state <> 'failed' OR problem <> '')
);
CREATE INDEX job_due ON job (company_id, priority, run_at, id) WHERE state = 'queued';
CREATE INDEX job_out ON job (company_id) WHERE state IN ('running', 'in_doubt');
CREATE INDEX job_by_company ON job (company_id, id);

-- Every try at a job: when, in which batch, with what result.
CREATE TABLE attempt (
    job_id             TEXT NOT NULL REFERENCES job (id),
    number             BIGINT NOT NULL,
    batch_id           TEXT NOT NULL,
    ended_at           BIGINT NOT NULL,
    outcome            TEXT NOT NULL,
    status_code        TEXT NOT NULL,
    message            TEXT NOT NULL,
    PRIMARY KEY (job_id, number)
);

-- One message set: its exact text is here before it is sent, and is sent again as it stands.
CREATE TABLE batch (
    id                 TEXT PRIMARY KEY,
    company_id         TEXT NOT NULL REFERENCES company (id),
    job_id             TEXT NOT NULL REFERENCES job (id),
    state              TEXT NOT NULL CHECK (state IN ('sent', 'settled', 'given_back', 'in_doubt')),
    changes_books      BIGINT NOT NULL,
    sendings           BIGINT NOT NULL,
    text               TEXT NOT NULL,
    sent_at            BIGINT NOT NULL,
    -- Reading is safe to repeat: only what changes the books can be in doubt.
    CHECK (state <> 'in_doubt' OR changes_books = 1)
);
CREATE INDEX batch_by_job ON batch (job_id, sent_at);
CREATE INDEX batch_in_doubt ON batch (company_id, sent_at) WHERE state = 'in_doubt';

-- The mirror: canonical JSON and, beside it, what QuickBooks said.
CREATE TABLE record (
    company_id         TEXT NOT NULL REFERENCES company (id),
    data_type          TEXT NOT NULL,
    id                 TEXT NOT NULL,
    source_type        TEXT NOT NULL,
    name               TEXT NOT NULL,
    edit_sequence      TEXT NOT NULL,
    time_modified      TEXT NOT NULL,
    first_seen_at      BIGINT NOT NULL,
    modified_at        BIGINT NOT NULL,
    json               TEXT NOT NULL,
    source             TEXT NOT NULL,
    PRIMARY KEY (company_id, data_type, id)
);

-- How far a query has been read: QuickBooks' own wall-clock text; moves only with a complete run.
CREATE TABLE watermark (
    company_id         TEXT NOT NULL REFERENCES company (id),
    query              TEXT NOT NULL,
    newest             TEXT NOT NULL,
    completed_at       BIGINT NOT NULL,
    PRIMARY KEY (company_id, query)
);
