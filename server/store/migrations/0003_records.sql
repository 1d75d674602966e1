-- The mirror grows up: small rows, what changed when, what was deleted, what was seen.

-- A shelf holds the records of one type of one company. Records name it by its number, so that a
-- row and each of its index entries stay small.
CREATE TABLE shelf (
    number             BIGINT PRIMARY KEY,
    company_id         TEXT NOT NULL REFERENCES company (id),
    data_type          TEXT NOT NULL,
    -- The mapping, settings and lists that all of its rows were made with; empty: not known.
    made_by            TEXT NOT NULL DEFAULT '',
    -- While its rows are made anew: with what, and through which id that is done.
    remaking_for       TEXT NOT NULL DEFAULT '',
    remade_through     TEXT NOT NULL DEFAULT '',
    UNIQUE (company_id, data_type)
);

-- Canonical JSON and, beside it, what QuickBooks said: as text, or packed.
ALTER TABLE record RENAME TO record_0001;
CREATE TABLE record (
    shelf              BIGINT NOT NULL REFERENCES shelf (number),
    id                 TEXT NOT NULL,
    -- 128 bits of the source: whether it is the same. Empty in rows of older versions.
    source_hash        TEXT NOT NULL,
    modified_at        BIGINT NOT NULL,
    first_seen_at      BIGINT NOT NULL,
    deleted            BIGINT NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    voided             BIGINT NOT NULL DEFAULT 0 CHECK (voided IN (0, 1)),
    -- Something it names was not known yet when it was made.
    unresolved         BIGINT NOT NULL DEFAULT 0 CHECK (unresolved IN (0, 1)),
    source_type        TEXT NOT NULL,
    edit_sequence      TEXT NOT NULL,
    time_modified      TEXT NOT NULL,
    -- As they stand in the JSON; empty where it has none.
    name               TEXT NOT NULL,
    doc_date           TEXT NOT NULL DEFAULT '',
    party_id           TEXT NOT NULL DEFAULT '',
    status             TEXT NOT NULL DEFAULT '',
    json               TEXT NOT NULL,
    source             TEXT,
    packed_source      BYTEA,
    PRIMARY KEY (shelf, id),
    CHECK ((source IS NULL) <> (packed_source IS NULL))
);
INSERT INTO shelf (number, company_id, data_type)
    SELECT ROW_NUMBER() OVER (ORDER BY company_id, data_type), company_id, data_type
    FROM (SELECT DISTINCT company_id, data_type FROM record_0001) AS kept;
INSERT INTO record (shelf, id, source_hash, modified_at, first_seen_at, source_type, edit_sequence,
                    time_modified, name, json, source)
    SELECT shelf.number, id, '', modified_at, first_seen_at, source_type, edit_sequence,
           time_modified, name, json, source
    FROM record_0001 JOIN shelf ON shelf.company_id = record_0001.company_id
                               AND shelf.data_type = record_0001.data_type;
DROP TABLE record_0001;
CREATE INDEX record_by_modified ON record (shelf, modified_at, id);
CREATE INDEX record_by_name ON record (shelf, name, id);
CREATE INDEX record_by_date ON record (shelf, doc_date, id);
CREATE INDEX record_by_party ON record (shelf, party_id, id) WHERE party_id <> '';
CREATE INDEX record_by_status ON record (shelf, status, id) WHERE status <> '';
CREATE INDEX record_unresolved ON record (shelf, id) WHERE unresolved = 1;

-- What stands over the records of a company.
CREATE TABLE mirror (
    company_id         TEXT PRIMARY KEY REFERENCES company (id),
    -- Changes up to this one are forgotten.
    pruned_through     BIGINT NOT NULL DEFAULT 0,
    -- Counts the changes of what conversions look up.
    lists              BIGINT NOT NULL DEFAULT 0,
    -- Changes up to this one have been looked through for what unresolved records name.
    resolved_through   BIGINT NOT NULL DEFAULT 0,
    -- Signs the cursors of its pages; a secret.
    cursor_key         TEXT NOT NULL DEFAULT ''
);

-- What became of records, numbered for each company without a gap that could be filled later.
CREATE TABLE change (
    company_id         TEXT NOT NULL,
    seq                BIGINT NOT NULL,
    shelf              BIGINT NOT NULL,
    id                 TEXT NOT NULL,
    kind               TEXT NOT NULL CHECK (kind IN ('created', 'updated', 'deleted', 'voided')),
    at                 BIGINT NOT NULL,
    PRIMARY KEY (company_id, seq)
);

-- Versions seen of records that changed.
CREATE TABLE version (
    shelf              BIGINT NOT NULL,
    id                 TEXT NOT NULL,
    number             BIGINT NOT NULL,
    kind               TEXT NOT NULL CHECK (kind IN ('created', 'updated', 'deleted', 'voided')),
    at                 BIGINT NOT NULL,
    edit_sequence      TEXT NOT NULL,
    fields             TEXT NOT NULL,
    PRIMARY KEY (shelf, id, number)
);

-- The ids that a run which reads everything has met so far.
CREATE TABLE seen (
    run                TEXT NOT NULL,
    shelf              BIGINT NOT NULL,
    id                 TEXT NOT NULL,
    PRIMARY KEY (run, shelf, id)
);

-- Reports as they were read last, by what was asked.
CREATE TABLE report (
    company_id         TEXT NOT NULL REFERENCES company (id),
    data_type          TEXT NOT NULL,
    period_from        TEXT NOT NULL,
    period_to          TEXT NOT NULL,
    basis              TEXT NOT NULL,
    by_month           BIGINT NOT NULL CHECK (by_month IN (0, 1)),
    read_at            BIGINT NOT NULL,
    json               TEXT NOT NULL,
    packed_source      BYTEA NOT NULL,
    PRIMARY KEY (company_id, data_type, period_from, period_to, basis, by_month)
);

-- The views that stand there, by the definitions they were made from.
CREATE TABLE view_set (
    name               TEXT PRIMARY KEY,
    definition         TEXT NOT NULL
);
