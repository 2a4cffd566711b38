"""The tables, and what marks a file as a database of this layout."""

# "QCSB" in ASCII: tells a sandbox's file from any other SQLite database.
APPLICATION_ID = 0x51435342
LAYOUT_VERSION = 1

# As SQL lists, because a partial index is used only where a query repeats its condition to the letter.
RUNNING = "('running', 'cancel_requested', 'suspended')"
TIMED = "('running', 'cancel_requested')"

TABLES = f"""
CREATE TABLE users (
    user_id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    is_admin INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    company_id INTEGER,
    is_active INTEGER NOT NULL DEFAULT 1,
    created REAL NOT NULL,
    credits REAL,
    time_left INTEGER,
    forbidden_commands TEXT NOT NULL DEFAULT '[]',
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX users_email ON users (email_key) WHERE deleted = 0;

CREATE TABLE logins (
    key_hash TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL,
    expires REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX logins_user ON logins (user_id);

CREATE TABLE tokens (
    token_id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL,
    label TEXT NOT NULL,
    priority INTEGER NOT NULL,
    created REAL NOT NULL,
    expires REAL NOT NULL,
    is_explorer INTEGER NOT NULL,
    is_revoked INTEGER NOT NULL DEFAULT 0,
    use_count INTEGER NOT NULL DEFAULT 0,
    last_used REAL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX tokens_user ON tokens (user_id, label) WHERE deleted = 0;

CREATE TABLE api_keys (
    api_key_id INTEGER PRIMARY KEY AUTOINCREMENT,
    key_hash TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL,
    label TEXT NOT NULL,
    created REAL NOT NULL,
    expires REAL NOT NULL,
    is_revoked INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE platforms (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    platform_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    specs TEXT NOT NULL,
    perfs TEXT NOT NULL,
    description TEXT NOT NULL,
    max_duration INTEGER,
    max_shots INTEGER,
    allow_explorer INTEGER NOT NULL,
    maintenance TEXT,
    created REAL NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX platforms_name ON platforms (name) WHERE deleted = 0;

CREATE TABLE platform_workers (
    platform_id TEXT NOT NULL,
    worker_id TEXT NOT NULL,
    PRIMARY KEY (platform_id, worker_id)
) WITHOUT ROWID;

CREATE TABLE permissions (
    user_id INTEGER NOT NULL,
    platform_id TEXT NOT NULL,
    PRIMARY KEY (user_id, platform_id)
) WITHOUT ROWID;

CREATE TABLE processes (
    process_id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE jobs (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL,
    token_id INTEGER NOT NULL,
    token_label TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    job_name TEXT NOT NULL,
    job_group_name TEXT,
    command TEXT,
    pcvl_version TEXT,
    process_id TEXT,
    rerun_from TEXT,
    max_duration INTEGER,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    created REAL NOT NULL,
    started REAL,
    time_limit INTEGER,
    deadline REAL,
    duration INTEGER,
    progress REAL NOT NULL DEFAULT 0,
    progress_message TEXT,
    status_message TEXT,
    failure_code TEXT,
    shots INTEGER,
    reserved REAL NOT NULL,
    charged REAL NOT NULL DEFAULT 0,
    results_type TEXT,
    worker_id TEXT,
    last_intermediate TEXT
);
CREATE INDEX jobs_queue ON jobs (platform_id, priority DESC, created, sequence) WHERE status = 'waiting';
CREATE INDEX jobs_deadline ON jobs (deadline) WHERE status IN {TIMED};
CREATE INDEX jobs_user ON jobs (user_id, status);
CREATE INDEX jobs_running ON jobs (user_id) WHERE status IN {RUNNING};
CREATE INDEX jobs_token ON jobs (token_id, started);

CREATE TABLE job_payloads (sequence INTEGER PRIMARY KEY, payload TEXT NOT NULL);
CREATE TABLE job_results (sequence INTEGER PRIMARY KEY, results TEXT NOT NULL);
CREATE TABLE job_intermediates (
    sequence INTEGER NOT NULL,
    position INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (sequence, position)
) WITHOUT ROWID;
"""
