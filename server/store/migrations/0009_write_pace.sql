-- What one request that changes the books takes in this QuickBooks, in milliseconds; 0 = not known.
ALTER TABLE company ADD COLUMN write_pace BIGINT NOT NULL DEFAULT 0 CHECK (write_pace >= 0);
