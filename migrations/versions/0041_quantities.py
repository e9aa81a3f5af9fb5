"""Quantities of needs and capacities of products as number and unit; certificates of needs as a list."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

NUMBER = re.compile(r"\s*([0-9][0-9, ]*(?:\.[0-9]{1,2})?)\s*([^0-9]{0,40})\s*")
LARGEST = 10**12
need = sa.table("need", *map(sa.column, ("id", "quantity", "quantity_number", "quantity_unit")))
product = sa.table("product", *map(sa.column, ("id", "capacity", "capacity_number", "capacity_unit")))

change = sa.table("change", sa.column("id"), sa.column("table"), sa.column("diff", sa.JSON))


def upgrade() -> None:
    """Add the columns, and move texts such as "18,000 m" into number and unit; others stay as they are."""
    for name, field in (("need", "quantity"), ("product", "capacity")):
        op.add_column(name, sa.Column(f"{field}_number", sa.Numeric(14, 2), nullable=True))
        op.add_column(name, sa.Column(f"{field}_unit", sa.String(40), nullable=True))
    _move(need, "quantity")
    _move(product, "capacity")
    with op.batch_alter_table("need") as table:
        table.alter_column(
            "certificate",
            new_column_name="certificates",
            type_=sa.String(300),
            existing_type=sa.String(120),
            existing_nullable=True,
        )
    _rename_in_history("certificate", "certificates")


def _move(table: sa.TableClause, field: str) -> None:
    bind = op.get_bind()
    text = table.c[field]
    for row_id, value in bind.execute(sa.select(table.c.id, text).where(text.is_not(None))).all():
        match = NUMBER.fullmatch(value)
        number = match[1].replace(",", "").replace(" ", "") if match else ""
        if match and float(number) < LARGEST:
            values = {f"{field}_number": number, f"{field}_unit": match[2].strip() or None, field: None}
            bind.execute(sa.update(table).where(table.c.id == row_id).values(values))


def downgrade() -> None:
    """Move number and unit back into the text."""
    _rename_in_history("certificates", "certificate")
    with op.batch_alter_table("need") as table:
        table.alter_column(
            "certificates",
            new_column_name="certificate",
            type_=sa.String(120),
            existing_type=sa.String(300),
            existing_nullable=True,
            postgresql_using="substr(certificates, 1, 120)",
        )
    for table, field, limit in ((need, "quantity", 80), (product, "capacity", 200)):
        _move_back(table, field, limit)
        with op.batch_alter_table(table.name) as batch:
            batch.drop_column(f"{field}_number")
            batch.drop_column(f"{field}_unit")


def _move_back(table: sa.TableClause, field: str, limit: int) -> None:
    bind, columns = op.get_bind(), [table.c[name] for name in (field, f"{field}_number", f"{field}_unit")]
    for row_id, *parts in bind.execute(sa.select(table.c.id, *columns).where(columns[1].is_not(None))).all():
        text, number, unit = parts
        joined = " ".join(str(part) for part in (f"{float(number):,.10g}", unit, text) if part)[:limit]
        bind.execute(sa.update(table).where(table.c.id == row_id).values({field: joined}))


def _rename_in_history(old: str, new: str) -> None:
    """Rename the field in the stored changes of needs."""
    bind = op.get_bind()
    rows = bind.execute(sa.select(change.c.id, change.c.diff).where(change.c.table == "need")).all()
    for row_id, diff in rows:
        if diff and old in diff:
            renamed = {new if name == old else name: values for name, values in diff.items()}
            bind.execute(sa.update(change).where(change.c.id == row_id).values(diff=renamed))
