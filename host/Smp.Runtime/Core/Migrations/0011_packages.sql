-- What was installed: a version of a plugin with the hash of its package and of every file. A folder that was put there by hand gets its
-- row when the clinic turns the plugin on. Modules that come with the host have none: they change with it.
CREATE TABLE core__packages (
    id           INTEGER PRIMARY KEY,
    plugin       TEXT NOT NULL,
    version      TEXT NOT NULL,
    source       TEXT NOT NULL CHECK (source IN ('Package', 'Folder', 'ByHand')),
    -- Of the package's file; a folder has none.
    sha256       TEXT,
    installed_by TEXT NOT NULL,
    installed_at TEXT NOT NULL,
    CHECK ((source = 'Package') = (sha256 IS NOT NULL)),
    UNIQUE (plugin, version)
) STRICT;

CREATE TABLE core__package_files (
    package_id INTEGER NOT NULL REFERENCES core__packages (id),
    path       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (package_id, path)
) STRICT, WITHOUT ROWID;
