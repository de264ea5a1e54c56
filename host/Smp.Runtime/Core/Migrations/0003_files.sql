-- Files that lie beside the database, under files/, by the SHA-256 of what is in them. A row is written after its file is on disk.
CREATE TABLE core__files (
    sha256     TEXT PRIMARY KEY CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
    length     INTEGER NOT NULL CHECK (length >= 0),
    media_type TEXT NOT NULL CHECK (length(media_type) BETWEEN 3 AND 100),
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
