"""Summary tables of opportunities and cities, and an index of confidential records."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

MEASURES = ("opportunities", "with_amount", "cents", "weighted_cents")
OPEN = (
    "matched",
    "introduced",
    "qualifying",
    "evaluating",
    "export_cleared",
    "quoted",
    "negotiating",
)
SUMS = (
    "count(*), count(amount), coalesce(sum(CAST(round(amount * 100) AS BIGINT)), 0), "
    "coalesce(sum(CAST(round(amount * 100) AS BIGINT) * chance), 0)"
)


def upgrade() -> None:
    """Create and fill the tables."""
    op.create_table(
        "opportunity_stage_sum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_key", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("counselor_key", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(40), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *_measures(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity_stage_sum")),
    )
    op.create_table(
        "opportunity_close_sum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_key", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("likely", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *_measures(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity_close_sum")),
    )
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    collation = "C" if on_postgresql else None
    op.create_table(
        "city_sum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city_key", sa.String(80, collation=collation), nullable=False),
        sa.Column("team_key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("city", sa.String(80), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_sum")),
    )
    op.create_index("ix_city_sum_city_key", "city_sum", ["city_key"])
    is_confidential = sa.text("confidential" if on_postgresql else "confidential = 1")
    op.create_index(
        "ix_record_confidential",
        "record",
        ["kind", "team_id", "id"],
        sqlite_where=is_confidential,
        postgresql_where=is_confidential,
    )
    _fill(on_postgresql)


def _measures() -> list[sa.Column]:
    types = (sa.Integer(), sa.Integer(), sa.BigInteger(), sa.BigInteger())
    return [sa.Column(name, kind, nullable=False) for name, kind in zip(MEASURES, types, strict=True)]


def _fill(on_postgresql: bool) -> None:  # noqa: FBT001 - one caller
    op.execute(
        f"INSERT INTO opportunity_stage_sum (team_key, stage, counselor_key, path, currency, {', '.join(MEASURES)}) "  # noqa: S608
        f"SELECT shelf, stage, coalesce(counselor_id, 0), path, currency, {SUMS} "
        "FROM opportunity JOIN record ON record.id = opportunity.id WHERE shelf >= 0 "
        "GROUP BY shelf, stage, coalesce(counselor_id, 0), path, currency"
    )
    month = (
        "CAST(EXTRACT(year FROM close_key) * 12 + EXTRACT(month FROM close_key) - 1 AS INTEGER)"
        if on_postgresql
        else "CAST(strftime('%Y', close_key) AS INTEGER) * 12 + CAST(strftime('%m', close_key) AS INTEGER) - 1"
    )
    likely = "CASE WHEN chance >= 60 THEN 1 ELSE 0 END"
    stages = ", ".join(f"'{stage}'" for stage in OPEN)
    op.execute(
        f"INSERT INTO opportunity_close_sum (team_key, month, likely, currency, {', '.join(MEASURES)}) "  # noqa: S608
        f"SELECT shelf, {month}, {likely}, currency, {SUMS} FROM opportunity "
        f"WHERE shelf >= 0 AND stage IN ({stages}) GROUP BY shelf, {month}, {likely}, currency"
    )
    for table in ("person", "organization"):
        keys = "city_key, coalesce(team_id, 0), kind, coalesce(city, ''), coalesce(country, ''), coalesce(zone, '')"
        op.execute(
            f"INSERT INTO city_sum (city_key, team_key, kind, city, country, zone, records) "  # noqa: S608
            f"SELECT {keys}, count(*) "
            f"FROM {table} JOIN record ON record.id = {table}.id "
            f"WHERE city_key <> '' AND NOT confidential AND archived_at IS NULL GROUP BY {keys}"
        )


def downgrade() -> None:
    """Drop the tables and the index."""
    op.drop_index("ix_record_confidential", "record")
    for table in ("city_sum", "opportunity_close_sum", "opportunity_stage_sum"):
        op.drop_table(table)
