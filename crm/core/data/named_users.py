"""Which changes may name a user: the condition of a partial index, and of the queries that use it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

USER_NAMED_SQL = (
    "(CAST(diff AS TEXT) LIKE '%\"counselor_id\"%'"
    " OR (CAST(diff AS TEXT) LIKE '%@%' OR CAST(diff AS TEXT) LIKE '%uff20%')"
    " AND (CAST(diff AS TEXT) LIKE '%\"note\"%' OR CAST(diff AS TEXT) LIKE '%\"notes\"%'))"
)
"""A counselor, or notes with an at sign (JSON has uff20 for that of Chinese keyboards).

The condition of the index and that of a query must be equal: databases compare the text.
"""
USER_NAMED_INDEX: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text(USER_NAMED_SQL))
"""The condition as arguments of the index."""
