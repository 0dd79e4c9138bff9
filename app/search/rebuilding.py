"""A new index built beside the old one and put in its place in one transaction, so that nobody finds it empty."""

from app.kit.connections import Connection
from app.search.indexing import (
    ALL_ITEMS,
    COLUMNS,
    HEAD_MIN,
    HEAD_SHARE,
    IS_WORD,
    ITEMS,
    LOCK,
    REBUILD,
    REBUILD_WAIT,
    TOP_MIN,
    TOP_SHARE,
    WORDS_OF,
)

FOR_BULK = """
SET LOCAL enable_seqscan = on; SET LOCAL maintenance_work_mem = '256MB';
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0
"""
ALONE = f"SELECT pg_advisory_xact_lock({REBUILD})"

# `CREATE TABLE AS` may fold text in parallel where `INSERT … SELECT` may not; what is most popular lies together.
FOLDED = f"CREATE TEMPORARY TABLE search_folded ON COMMIT DROP AS {ALL_ITEMS}"
DOCUMENTS = f"""
CREATE TABLE search_documents_next AS
SELECT item_id, type, popularity, year, title_words, place <= greatest({HEAD_MIN}, {HEAD_SHARE} * items) AS head,
       key, other_key, title, lexemes, released, rating, place <= greatest({TOP_MIN}, {TOP_SHARE} * items) AS top,
       facets
FROM (
  SELECT *, row_number() OVER (ORDER BY popularity DESC, item_id) AS place, count(*) OVER () AS items
  FROM search_folded
) AS placed ORDER BY place
"""
WORDS = f"""
CREATE TABLE search_words_next WITH (fillfactor = 80) AS
SELECT word, count(*)::int AS documents FROM (SELECT {WORDS_OF} AS word FROM search_documents_next) AS all_words
WHERE {IS_WORD} GROUP BY word ORDER BY word
"""

CATCH_UP = f"""
DELETE FROM search_documents_next WHERE item_id IN (SELECT item_id FROM search_changes);
INSERT INTO search_documents_next ({COLUMNS})
SELECT item_id, type, popularity, year, title_words, true, key, other_key, title, lexemes, released, rating, true,
       facets
FROM ({ITEMS} WHERE i.id IN (SELECT item_id FROM search_changes)) AS changed;
DELETE FROM search_changes;
"""

# in the order in which a search that needs both takes them, or the two would wait for each other
ALL_OUT = "LOCK TABLE search_words, search_documents IN ACCESS EXCLUSIVE MODE"

# the shape of a table, as the migrations left it
NOT_NULL = """
SELECT attname FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND attnotnull AND NOT attisdropped
"""
CONSTRAINTS = """
SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
WHERE conrelid = $1::regclass AND contype IN ('p', 'c')
"""
INDEXES = """
SELECT relname AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE indrelid = $1::regclass AND NOT indisprimary
"""


async def rebuild(connection: Connection) -> int:
    async with connection.transaction():
        await connection.execute(FOR_BULK)
        await connection.execute(ALONE, timeout=REBUILD_WAIT)
        await connection.execute(FOLDED, timeout=REBUILD_WAIT)
        await connection.execute(DOCUMENTS, timeout=REBUILD_WAIT)
        renamings = await _dress(connection, "search_documents")
        await connection.execute(LOCK, timeout=REBUILD_WAIT)
        await connection.execute(CATCH_UP, timeout=REBUILD_WAIT)
        await connection.execute(WORDS, timeout=REBUILD_WAIT)
        renamings += await _dress(connection, "search_words")
        await connection.execute("ANALYZE search_documents_next; ANALYZE search_words_next", timeout=REBUILD_WAIT)
        rebuilt: int = await connection.fetchval("SELECT count(*) FROM search_documents_next", timeout=REBUILD_WAIT)
        await connection.execute(ALL_OUT, timeout=REBUILD_WAIT)
        await connection.execute(_swap("search_documents", "search_words") + ";".join(renamings), timeout=REBUILD_WAIT)
        return rebuilt


async def _dress(connection: Connection, table: str) -> list[str]:
    """Gives `<table>_next` what `<table>` has; returns what renames it when the old one is gone."""
    commands, renamings = [], []
    for row in await connection.fetch(NOT_NULL, table):
        commands.append(f"ALTER TABLE {table}_next ALTER {row['attname']} SET NOT NULL")
    for row in await connection.fetch(CONSTRAINTS, table):
        commands.append(f"ALTER TABLE {table}_next ADD CONSTRAINT {row['name']}_next {row['definition']}")
        renamings.append(f"ALTER TABLE {table} RENAME CONSTRAINT {row['name']}_next TO {row['name']}")
    for row in await connection.fetch(INDEXES, table):
        renamed = row["definition"].replace(f"INDEX {row['name']} ", f"INDEX {row['name']}_next ")
        commands.append(renamed.replace(f"{table} USING", f"{table}_next USING"))
        renamings.append(f"ALTER INDEX {row['name']}_next RENAME TO {row['name']}")
    await connection.execute(";".join(commands), timeout=REBUILD_WAIT)
    return renamings


def _swap(*tables: str) -> str:
    return "".join(f"DROP TABLE {table}; ALTER TABLE {table}_next RENAME TO {table};" for table in tables)
