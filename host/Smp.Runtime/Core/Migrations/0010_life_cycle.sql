-- So far the version was what a module was at when somebody turned it on or off. From here on it is the one that the clinic chose; '' is none.
UPDATE core__plugins SET version = '';

-- How each module stood last.
CREATE TABLE core__plugin_states (
    plugin  TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    state   TEXT NOT NULL,
    reason  TEXT NOT NULL,
    since   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Versions that failed. They aren't tried again by themselves, unless their files or the host are others than those that failed.
CREATE TABLE core__plugin_failures (
    plugin  TEXT NOT NULL,
    version TEXT NOT NULL,
    reason  TEXT NOT NULL,
    tried   TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (plugin, version)
) STRICT, WITHOUT ROWID;

-- What became of each module, when and by whom.
CREATE TABLE core__plugin_changes (
    id              INTEGER PRIMARY KEY,
    plugin          TEXT NOT NULL,
    kind            TEXT NOT NULL,
    from_version    TEXT NOT NULL,
    to_version      TEXT NOT NULL,
    from_state      TEXT,
    to_state        TEXT,
    reason          TEXT NOT NULL,
    actor           TEXT NOT NULL,
    at              TEXT NOT NULL,
    manifest_sha256 TEXT,
    assembly_sha256 TEXT
) STRICT;
CREATE INDEX core__plugin_changes_by_plugin ON core__plugin_changes (plugin, id);

-- Migrations after which the version before can't run any more, with the backup that was made before each.
CREATE TABLE core__breaking_migrations (
    plugin     TEXT NOT NULL,
    number     INTEGER NOT NULL,
    name       TEXT NOT NULL,
    backup     TEXT,
    applied_at TEXT NOT NULL,
    PRIMARY KEY (plugin, number)
) STRICT, WITHOUT ROWID;
