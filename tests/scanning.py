"""Where bytes or words lie in the clear, in files and in tables: as they are, in hexadecimal and in base64.

Whoever finds nothing with it plants something first, and finds that.
"""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection

TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"


def forms_of(wanted: bytes) -> tuple[bytes, ...]:
    """In base64 by each of the three places at which it may begin, without what its neighbours change."""
    in_base64 = (base64.b64encode(b"\0" * shift + wanted)[4 if shift else 0 : -4] for shift in range(3))
    return (wanted, wanted.hex().encode(), wanted.hex().upper().encode(), *in_base64)


def in_files(folder: Path, wanted: Iterable[bytes]) -> list[Path]:
    looked_for = [form for each in wanted for form in forms_of(each)]
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and _holds(path.read_bytes(), looked_for)]


def in_tables(wanted: Iterable[bytes]) -> list[str]:
    """Of every table all rows that this connection may see, as text: bytes stand there in hexadecimal."""
    looked_for = [form for each in wanted for form in forms_of(each)]
    return [table for table, row in _rows() if _holds(row.encode(), looked_for)]


def _rows() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f'SELECT one::text FROM "{table}" AS one')  # noqa: S608  (names of our own tables)
                yield from ((table, row) for (row,) in cursor.fetchall())


def _holds(data: bytes, looked_for: Iterable[bytes]) -> bool:
    return any(each in data for each in looked_for)
