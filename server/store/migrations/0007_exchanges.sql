-- What was said in a session: one row a call and its reply, packed. Without a foreign key: a
-- recording is kept for its own time, not for that of its session.
CREATE TABLE exchange (
    session_id         TEXT NOT NULL,
    number             BIGINT NOT NULL,
    at                 BIGINT NOT NULL,
    method             TEXT NOT NULL,
    -- 0: as it was said, 1: passwords, tickets and what the masks name are left out.
    redacted           BIGINT NOT NULL CHECK (redacted IN (0, 1)),
    -- 0: a text was too long and is kept in part.
    whole              BIGINT NOT NULL CHECK (whole IN (0, 1)),
    said               BYTEA NOT NULL,
    PRIMARY KEY (session_id, number)
);
CREATE INDEX exchange_by_time ON exchange (at);
