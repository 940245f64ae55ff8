-- What no report says, and each change of it: see ledger.go. What is there already is adopted.
CREATE TABLE ledger (
    seq BIGINT PRIMARY KEY,    -- from 1, without a gap
    doc {bytes} NOT NULL,      -- JSON
    sum {bytes} NOT NULL       -- SHA-256 of the sum before it and doc
);
