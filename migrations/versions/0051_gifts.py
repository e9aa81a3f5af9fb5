"""Gifts given and received, and the limits above which they need approval."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "gift_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("usd", sa.Numeric(14, 2), nullable=False),
        sa.Column("per_year", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_limit")),
        sa.UniqueConstraint("from_on", name=op.f("uq_gift_limit_from_on")),
    )
    op.create_table(
        "gift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("official", sa.String(40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(300), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("usd", sa.Numeric(14, 2), nullable=True),
        sa.Column("occasion_id", sa.Integer(), nullable=True),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.String(300), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_id IS NOT NULL OR organization_id IS NOT NULL", name=op.f("ck_gift_has_other_side")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_gift_person_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_gift_organization_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_gift_user_id")),
        sa.ForeignKeyConstraint(["occasion_id"], ["record.id"], name=op.f("fk_gift_occasion_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["attachment.id"], name=op.f("fk_gift_receipt_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_gift_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift")),
    )
    op.create_index("ix_gift_given_on", "gift", ["given_on", "id"])
    op.create_index("ix_gift_state", "gift", ["state", "given_on", "id"])
    for name in ("person_id", "organization_id", "user_id"):
        op.create_index(f"ix_gift_{name}", "gift", [name, "given_on"])
    filled = sa.text("occasion_id IS NOT NULL")
    op.create_index("ix_gift_occasion_id", "gift", ["occasion_id"], sqlite_where=filled, postgresql_where=filled)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("gift")
    op.drop_table("gift_limit")
