-- A company may name elements that the records of a type show beside their fields: 'supplement.crew'
-- with the path of the element.
CREATE TABLE sync_setting_next (
    company_id         TEXT NOT NULL REFERENCES company (id),
    data_type          TEXT NOT NULL,
    name               TEXT NOT NULL
        CHECK (name IN ('enabled', 'every', 'from', 'full', 'first', 'order', 'months', 'basis')
               OR (name LIKE 'supplement.%' AND data_type <> '')),
    value              TEXT NOT NULL,
    PRIMARY KEY (company_id, data_type, name)
);
INSERT INTO sync_setting_next (company_id, data_type, name, value)
    SELECT company_id, data_type, name, value FROM sync_setting;
DROP TABLE sync_setting;
ALTER TABLE sync_setting_next RENAME TO sync_setting;
