-- When somebody last waited for an answer of the company: its session is held open meanwhile.
CREATE TABLE live (
    company_id         TEXT PRIMARY KEY REFERENCES company (id),
    waited_at          BIGINT NOT NULL
);
