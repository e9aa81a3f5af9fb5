"""Matches of needs with products, decisions about them, and the index of their keys."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

RECORD = sa.table("record", sa.column("id"), sa.column("kind"))
PROGRESS = sa.table("match_progress", sa.column("record_id"), sa.column("refreshed_on", sa.Date))
PUT_OFF = date(1900, 1, 1)


def upgrade() -> None:
    """Create the tables, and mark every need and product: the job `refresh_matches` computes their matches."""
    op.create_table(
        "product_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_product_match_need_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_match_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_match")),
        sa.UniqueConstraint("need_id", "product_id", name=op.f("uq_product_match_need_id_product_id")),
    )
    op.create_index(op.f("ix_product_match_product_id"), "product_match", ["product_id"])
    op.create_index("ix_product_match_points", "product_match", ["points", "id"])
    op.create_index("ix_product_match_found", "product_match", ["found_at", "id"])
    op.create_table(
        "match_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("note", sa.String(300), nullable=True),
        sa.Column("opportunity_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_match_decision_need_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_match_decision_product_id")),
        sa.ForeignKeyConstraint(["opportunity_id"], ["record.id"], name=op.f("fk_match_decision_opportunity_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_match_decision_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_decision")),
        sa.UniqueConstraint("need_id", "product_id", name=op.f("uq_match_decision_need_id_product_id")),
    )
    op.create_index(op.f("ix_match_decision_product_id"), "match_decision", ["product_id"])
    filled = sa.text("opportunity_id IS NOT NULL")
    op.create_index(
        "ix_match_decision_opportunity_id",
        "match_decision",
        ["opportunity_id"],
        sqlite_where=filled,
        postgresql_where=filled,
    )
    op.create_table(
        "match_key",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_need", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_match_key_record_id")),
        sa.PrimaryKeyConstraint("record_id", "key", name=op.f("pk_match_key")),
    )
    op.create_index("ix_match_key_key", "match_key", ["key", "is_need", "record_id"])
    op.create_table(
        "match_progress",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("refreshed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_match_progress_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_match_progress")),
    )
    op.create_index(op.f("ix_match_progress_refreshed_on"), "match_progress", ["refreshed_on"])
    ids = sa.select(RECORD.c.id, sa.literal(PUT_OFF, sa.Date)).where(RECORD.c.kind.in_(("need", "product")))
    op.execute(sa.insert(PROGRESS).from_select(["record_id", "refreshed_on"], ids))


def downgrade() -> None:
    """Remove the tables."""
    for table in ("match_progress", "match_key", "match_decision", "product_match"):
        op.drop_table(table)
