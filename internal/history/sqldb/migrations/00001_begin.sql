-- Words in braces are what the databases call differently: see Dialect. Times are microseconds since 1970 in UTC.
-- Documents (doc, summary, body) are bytes: JSON may hold what a text column refuses.

CREATE TABLE estate (
    name {text} PRIMARY KEY,
    newest BIGINT,             -- seq of the newest finished run
    whole BIGINT               -- and of the newest that was not narrowed
);

CREATE TABLE run (
    seq {id},
    id {text} NOT NULL UNIQUE,
    estate {text} NOT NULL REFERENCES estate (name),
    state {text} NOT NULL,
    cause {text} NOT NULL,
    by_user {text} NOT NULL,
    schedule {text} NOT NULL,
    due BIGINT,
    probes {text} NOT NULL,
    narrowed BOOLEAN NOT NULL,
    started BIGINT NOT NULL,
    finished BIGINT,
    at BIGINT NOT NULL,        -- its place in a trend: when it finished, or was due; when it began, until then
    alive BIGINT NOT NULL,     -- the last sign of life
    verdict {text} NOT NULL,
    digest {text} NOT NULL,
    summary {bytes},
    message {text} NOT NULL,
    record BIGINT UNIQUE,
    pruned BOOLEAN NOT NULL,
    UNIQUE (estate, schedule, due)
);
CREATE UNIQUE INDEX run_alone ON run (estate, schedule) WHERE state = 'running';
CREATE INDEX run_newest ON run (estate, seq);
CREATE INDEX run_trend ON run (estate, narrowed, at);
CREATE INDEX run_digest ON run (digest);

CREATE TABLE log_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    note {bytes} NOT NULL
);
CREATE TABLE log_record (
    idx BIGINT PRIMARY KEY,
    line {bytes} NOT NULL
);
CREATE TABLE log_hash (
    idx BIGINT PRIMARY KEY,
    hash {bytes} NOT NULL
);
-- A report is its own part, and what that refers to: see parts.go.
CREATE TABLE report (
    digest {text} PRIMARY KEY,
    own {bytes} NOT NULL
);
CREATE TABLE part (
    hash {bytes} PRIMARY KEY,
    list BOOLEAN NOT NULL,
    refs BIGINT NOT NULL,      -- lists and reports that refer to it
    body {bytes} NOT NULL
);

-- One row an endpoint: the last look, and the span that is not over.
CREATE TABLE listener (
    id {id},
    estate {text} NOT NULL REFERENCES estate (name),
    endpoint {text} NOT NULL,
    system {text} NOT NULL,
    listener {text} NOT NULL,
    role {text} NOT NULL,
    expect {text} NOT NULL,
    state {text} NOT NULL,
    not_after BIGINT,
    failures {bytes} NOT NULL, -- JSON: failed questions of the last look, counted by stage/kind
    facts {bytes} NOT NULL,    -- JSON: what it showed in this span, as a hash for each plan
    first_run {text} NOT NULL,
    since BIGINT NOT NULL,
    gone BOOLEAN NOT NULL,     -- the last whole run did not have it
    UNIQUE (estate, endpoint)
);
-- What changes with every look: short rows, because PostgreSQL writes a new one for each change.
CREATE TABLE seen (
    listener BIGINT PRIMARY KEY REFERENCES listener (id),
    run BIGINT NOT NULL,       -- seq of the last run that looked
    runs BIGINT NOT NULL       -- that looked in this span
);
CREATE TABLE span (
    id {id},
    listener BIGINT NOT NULL REFERENCES listener (id),
    state {text} NOT NULL,
    first_run {text} NOT NULL,
    since BIGINT NOT NULL,
    last_run {text} NOT NULL,
    seen BIGINT NOT NULL,
    runs BIGINT NOT NULL
);
CREATE INDEX span_listener ON span (listener, id);
CREATE TABLE shown (
    listener BIGINT PRIMARY KEY REFERENCES listener (id),
    run {text} NOT NULL,
    sum {bytes} NOT NULL,
    doc {bytes} NOT NULL
);

CREATE TABLE certificate (
    id {id},
    sha256 {text} NOT NULL UNIQUE,
    not_after BIGINT NOT NULL,
    doc {bytes} NOT NULL
);
CREATE TABLE presented (
    listener BIGINT NOT NULL REFERENCES listener (id),
    certificate BIGINT NOT NULL REFERENCES certificate (id),
    place INTEGER NOT NULL,    -- 1 leaf, 2 sent above a leaf, 3 named elsewhere
    PRIMARY KEY (listener, certificate, place)
);
CREATE INDEX presented_certificate ON presented (certificate);
CREATE TABLE keyring (
    estate {text} NOT NULL REFERENCES estate (name),
    name {text} NOT NULL,
    certificate BIGINT NOT NULL REFERENCES certificate (id),
    PRIMARY KEY (estate, name, certificate)
);
CREATE INDEX keyring_certificate ON keyring (certificate);

CREATE TABLE finding (
    id {id},
    estate {text} NOT NULL REFERENCES estate (name),
    endpoint {text} NOT NULL,  -- empty: the estate
    rule {text} NOT NULL,
    item {text} NOT NULL,
    file {text} NOT NULL,
    rank INTEGER NOT NULL,     -- 0 is the worst severity
    counts BOOLEAN NOT NULL,   -- neither waived nor about something that was not assessed
    waived BOOLEAN NOT NULL,
    doc {bytes} NOT NULL,
    first_run {text} NOT NULL,
    opened BIGINT NOT NULL,
    last_run {text} NOT NULL,
    probes {text} NOT NULL,    -- of the last run that found it
    closed BIGINT
);
CREATE INDEX finding_open ON finding (estate, rank, endpoint, rule, id) WHERE closed IS NULL;
CREATE INDEX finding_worst ON finding (estate, rank, endpoint, rule, id);
CREATE INDEX finding_endpoint ON finding (estate, endpoint, rank, rule, id);
CREATE INDEX finding_rule ON finding (estate, rule, rank, endpoint, id);

CREATE TABLE change (
    id {id},
    estate {text} NOT NULL REFERENCES estate (name),
    run {text} NOT NULL REFERENCES run (id),
    endpoint {text} NOT NULL,
    at BIGINT NOT NULL,
    doc {bytes} NOT NULL
);
CREATE INDEX change_newest ON change (estate, id);
CREATE INDEX change_run ON change (run, id);
CREATE INDEX change_endpoint ON change (estate, endpoint, id);

CREATE TABLE waiver (
    id {id},
    estate {text} NOT NULL REFERENCES estate (name),
    doc {bytes} NOT NULL,
    by_user {text} NOT NULL,
    made BIGINT NOT NULL,
    expired BIGINT,
    expired_by {text} NOT NULL
);
CREATE INDEX waiver_estate ON waiver (estate, id);

CREATE TABLE account (
    name {text} PRIMARY KEY,
    role {text} NOT NULL,
    hash {text} NOT NULL,
    made BIGINT NOT NULL,
    disabled BOOLEAN NOT NULL
);
CREATE TABLE session (
    key {bytes} PRIMARY KEY,
    account {text} NOT NULL REFERENCES account (name) ON DELETE CASCADE,
    made BIGINT NOT NULL,
    used BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE INDEX session_expires ON session (expires);
CREATE TABLE token (
    id {id},
    key {bytes} NOT NULL UNIQUE,
    name {text} NOT NULL,
    account {text} NOT NULL REFERENCES account (name) ON DELETE CASCADE,
    role {text} NOT NULL,
    made BIGINT NOT NULL,
    expires BIGINT,
    used BIGINT,
    UNIQUE (account, name)
);
CREATE TABLE deed (
    seq {id},
    at BIGINT NOT NULL,
    who {text} NOT NULL,
    origin {text} NOT NULL,
    what {text} NOT NULL,
    object {text} NOT NULL,
    detail {text} NOT NULL
);

CREATE TABLE notice (
    id {id},
    receiver {text} NOT NULL,
    key {text} NOT NULL,
    body {bytes} NOT NULL,
    made BIGINT NOT NULL,
    next BIGINT NOT NULL,
    claimed BIGINT NOT NULL,   -- until when a service has it
    tries INTEGER NOT NULL,
    error {text} NOT NULL,
    done BIGINT,
    given_up BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX notice_waits ON notice (receiver, key) WHERE done IS NULL;
CREATE INDEX notice_due ON notice (next, id) WHERE done IS NULL;
CREATE TABLE told (
    estate {text} NOT NULL,
    key {text} NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (estate, key)
);

-- What each migration was, as it was applied: see migrate.go.
CREATE TABLE applied (
    version BIGINT PRIMARY KEY,
    sha256 {text} NOT NULL
);
