"""Plain names of columns: type, description, kind and action instead of "what"; the count of postponements."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None

COLUMNS = {
    "interaction": ("what", "type"),
    "need": ("what", "type"),
    "show": ("what", "type"),
    "milestone": ("what", "type"),
    "interaction_sent": ("what", "description"),
    "assistance": ("what", "description"),
    "followup": ("put_off", "postponed_count"),
    "security_event": ("what", "kind"),
    "change": ("what", "action"),
}
"""The old and the new name of a column of each table."""
INDEXES = (
    ("milestone", "ix_milestone_what", "ix_milestone_type", ["status", "on", "id"]),
    ("security_event", "ix_security_event_what_at_id", "ix_security_event_kind_at_id", ["at", "id"]),
)
"""Indexes with a name of the old column: table, old and new name, columns after the renamed one."""
VIEWS = {
    "impact.index": ("what", "type"),
    "projects.needs": ("what", "type"),
    "funding.sessions": ("what", "type"),
    "funding.assistance": ("what", "description"),
    "reports.follow_ups": ("what", "title"),
    "people.index": ("firm", "organization"),
    "people.reps": ("firm", "organization"),
}
"""The old and the new name of a column or filter in the saved views of each list."""
REPORTS = dict.fromkeys(("milestones", "needs"), ("what", "type"))
COLUMN_PARAMS = ("sort", "columns", "by", "by2", "on")
"""Parameters whose values name columns; that of `in` is the name of a column and one of its values."""
KINDS_WITH_TYPE = ("milestones", "needs", "shows")
OVERDUE_LISTING = ("overdue_promises", "overdue_followups")
UNLOGGED = ("security_event", "change")
"""Tables whose changes aren't in the history."""


def upgrade() -> None:
    """Rename the columns, and their names in the history, in saved views, reports, imports and the export log."""
    for table, (old, new) in COLUMNS.items():
        _rename_column(table, old, new)
    for table, old_index, new_index, further in INDEXES:
        op.drop_index(old_index, table)
        op.create_index(new_index, table, [COLUMNS[table][1], *further])
    _rename_stored(forward=True)


def downgrade() -> None:
    """Rename them back."""
    _rename_stored(forward=False)
    for table, old_index, new_index, further in INDEXES:
        op.drop_index(new_index, table)
        op.create_index(old_index, table, [COLUMNS[table][1], *further])
    for table, (old, new) in COLUMNS.items():
        _rename_column(table, new, old)


def _rename_column(table: str, old: str, new: str) -> None:
    op.execute(f'ALTER TABLE "{table}" RENAME COLUMN {old} TO {new}')


def _rename_stored(*, forward: bool) -> None:
    """Rename columns where they are stored as texts."""
    for names in sorted({COLUMNS[table] for table in COLUMNS if table not in UNLOGGED}):
        old, new = names if forward else names[::-1]
        tables = ", ".join(f"'{table}'" for table in COLUMNS if COLUMNS[table] == names)
        _rename_key("change", "diff", old, new, f'"table" IN ({tables})')
    for kind in KINDS_WITH_TYPE:
        old, new = ("what", "type") if forward else ("type", "what")
        _rename_key("export_log", "filters", old, new, f"listing = '{kind}'")
        for table, column in (("import_mapping", "mapping"), ("import_run", "options")):
            _replace_json(table, column, f'"{old}"', f'"{new}"', f"kind = '{kind}'")
        _replace_json("bulk_run", "params", f'"field": "{old}"', f'"field": "{new}"', f"listing = '{kind}'")
    _rename_in_queries("saved_view", "endpoint", VIEWS, forward=forward)
    _rename_in_queries("custom_report", "kind", REPORTS, forward=forward)
    old, new = OVERDUE_LISTING if forward else OVERDUE_LISTING[::-1]
    log = sa.table("export_log", sa.column("listing"))
    op.execute(log.update().where(log.c.listing == old).values(listing=new))


def _rename_key(table: str, column: str, old: str, new: str, condition: str) -> None:
    """Rename a key of JSON objects."""
    _replace_json(table, column, f'"{old}":', f'"{new}":', condition)


def _replace_json(table: str, column: str, old: str, new: str, condition: str) -> None:
    """Replace a part of the text of JSON."""
    text = f"CAST({column} AS TEXT)"
    # A colon would begin a parameter.
    old, new = old.replace(":", "\\:"), new.replace(":", "\\:")
    replaced = f"replace({text}, '{old}', '{new}')"
    if op.get_bind().dialect.name == "postgresql":
        replaced = f"CAST({replaced} AS JSON)"
    where = f"{condition} AND {text} LIKE '%{old}%'"
    op.execute(sa.text(f'UPDATE "{table}" SET {column} = {replaced} WHERE {where}'))  # noqa: S608 - constants only


def _rename_in_queries(table: str, key: str, names: dict[str, tuple[str, str]], *, forward: bool) -> None:
    """Rename columns and filters in stored query strings."""
    rows = sa.table(table, sa.column("id"), sa.column(key), sa.column("query"))
    bind = op.get_bind()
    for row in bind.execute(sa.select(rows).where(rows.c[key].in_(names))).all():
        old, new = names[row[1]] if forward else names[row[1]][::-1]
        query = urlencode(list(_rename_params(parse_qsl(row[2], keep_blank_values=True), old, new)))
        if query != row[2]:
            bind.execute(rows.update().where(rows.c.id == row[0]).values(query=query))


def _rename_params(params: Iterable[tuple[str, str]], old: str, new: str) -> Iterable[tuple[str, str]]:
    for name, value in params:
        if name in COLUMN_PARAMS:
            renamed = _rename_listed(value, old, new)
        elif name == "in" and value.startswith(f"{old}:"):
            renamed = new + value.removeprefix(old)
        else:
            renamed = value
        yield new if name == old else name, renamed


def _rename_listed(value: str, old: str, new: str) -> str:
    """Rename a column in a value like "-what" or "what:240,city"."""
    parts = []
    for part in value.split(","):
        sign, name = ("-", part[1:]) if part.startswith("-") else ("", part)
        head, colon, width = name.partition(":")
        parts.append(sign + (new if head == old else head) + colon + width)
    return ",".join(parts)
