-- A recording is forgotten as a whole, by its first exchange: so no other one needs an index entry.
DROP INDEX exchange_by_time;
CREATE INDEX exchange_first ON exchange (at) WHERE number = 1;
