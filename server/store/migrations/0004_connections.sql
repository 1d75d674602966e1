-- How a company wants its connection to be treated, and why it stands as it does. 0 and '' mean
-- "not set"; a company without a row has the defaults.
CREATE TABLE company_link (
    company_id           TEXT PRIMARY KEY REFERENCES company (id),
    mode                 TEXT NOT NULL CHECK (mode IN ('continuous', 'one_time')),
    windows              TEXT NOT NULL,
    window_scope         TEXT NOT NULL CHECK (window_scope IN ('pulls', 'all')),
    budget_seconds       BIGINT NOT NULL CHECK (budget_seconds >= 0),
    rest_seconds         BIGINT NOT NULL CHECK (rest_seconds >= 0),
    postpones            BIGINT NOT NULL CHECK (postpones IN (0, 1)),
    postpone_max_seconds BIGINT NOT NULL CHECK (postpone_max_seconds > 0),
    pace_busy_seconds    BIGINT NOT NULL,
    pace_idle_seconds    BIGINT NOT NULL,
    -- "This is my company" is asked for before anything is read or written.
    confirm              BIGINT NOT NULL CHECK (confirm IN (0, 1)),
    confirmed_at         BIGINT NOT NULL,
    -- The only computer that may update it.
    pinned_computer      TEXT NOT NULL,
    paused_since         BIGINT NOT NULL,
    paused_until         BIGINT NOT NULL,
    pause_reason         TEXT NOT NULL,
    paused_by            TEXT NOT NULL,
    status_since         BIGINT NOT NULL,
    status_reason        TEXT NOT NULL,
    -- After an unlink the Web Connector is told once that there is nothing to do.
    farewell             BIGINT NOT NULL CHECK (farewell IN (0, 1)),
    rests_until          BIGINT NOT NULL,
    -- Nobody ends a pause that has not begun; a pace has both its bounds or none.
    CHECK (paused_until = 0 OR paused_since > 0),
    CHECK ((pace_busy_seconds > 0) = (pace_idle_seconds > 0))
);

-- What was seen of a connection: from this its health is told.
CREATE TABLE link_evidence (
    company_id           TEXT PRIMARY KEY REFERENCES company (id),
    last_login_at        BIGINT NOT NULL,
    interval_seconds     BIGINT NOT NULL,
    odd_gaps             BIGINT NOT NULL,
    told_until           BIGINT NOT NULL,
    refused_at           BIGINT NOT NULL,
    refusals             BIGINT NOT NULL,
    -- QuickBooks answered as it should.
    worked_at            BIGINT NOT NULL,
    -- What stood in the way last; cleared when QuickBooks answers.
    trouble              TEXT NOT NULL,
    trouble_code         TEXT NOT NULL,
    trouble_text         TEXT NOT NULL,
    trouble_since        BIGINT NOT NULL,
    trouble_at           BIGINT NOT NULL,
    trouble_session      TEXT NOT NULL,
    personal_denied_at   BIGINT NOT NULL,
    -- Who updates: two computers that take turns.
    computer             TEXT NOT NULL,
    computer_at          BIGINT NOT NULL,
    other_computer       TEXT NOT NULL,
    other_computer_at    BIGINT NOT NULL,
    -- What QuickBooks said of itself.
    country              TEXT NOT NULL,
    major_version        TEXT NOT NULL,
    minor_version        TEXT NOT NULL,
    supported_versions   TEXT NOT NULL,
    file_mode            TEXT NOT NULL,
    unattended           TEXT NOT NULL CHECK (unattended IN ('', 'yes', 'no')),
    login_user           TEXT NOT NULL,
    personal_data        TEXT NOT NULL CHECK (personal_data IN ('', 'yes', 'no')),
    -- What was told last, so that a change is told once.
    told_state           TEXT NOT NULL,
    told_cause           TEXT NOT NULL,
    told_since           BIGINT NOT NULL,
    CHECK ((trouble = '') = (trouble_at = 0))
);

-- What happened, for people and programs: numbers only grow, without a gap that is filled later.
CREATE TABLE event (
    number               BIGINT PRIMARY KEY,
    at                   BIGINT NOT NULL,
    company_id           TEXT NOT NULL,
    what                 TEXT NOT NULL,
    reason               TEXT NOT NULL,
    detail               TEXT NOT NULL
);
CREATE INDEX event_by_company ON event (company_id, number);
CREATE INDEX event_by_time ON event (at);
CREATE TABLE event_mark (
    id                   BIGINT PRIMARY KEY CHECK (id = 1),
    last                 BIGINT NOT NULL
);
INSERT INTO event_mark (id, last) VALUES (1, 0);
