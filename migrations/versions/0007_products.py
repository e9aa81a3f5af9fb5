"""Tables of products."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column(
            "offer",
            sa.Enum("technology", "product", "material", "service", name="offerkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("native_name", sa.String(length=160), nullable=True),
        sa.Column("description", sa.String(length=2000), nullable=True),
        sa.Column("hs6", sa.String(length=6), nullable=True),
        sa.Column("naics", sa.String(length=6), nullable=True),
        sa.Column("certificates", sa.String(length=300), nullable=True),
        sa.Column("capacity", sa.String(length=200), nullable=True),
        sa.Column(
            "jurisdiction",
            sa.Enum("ear", "itar", "unknown", name="jurisdiction", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("eccn", sa.String(length=20), nullable=True),
        sa.Column("usml_category", sa.String(length=10), nullable=True),
        sa.Column(
            "said_by",
            sa.Enum("client", "counsel", "official_ruling", name="saidby", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("said_on", sa.Date(), nullable=True),
        sa.Column("ip_note", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["organization.id"], name=op.f("fk_product_client_id")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    op.create_index(op.f("ix_product_client_id"), "product", ["client_id"], unique=False)
    op.create_index(op.f("ix_product_hs6"), "product", ["hs6"], unique=False)
    op.create_table(
        "representation_product",
        sa.Column("representation_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_representation_product_product_id")),
        sa.ForeignKeyConstraint(
            ["representation_id"], ["representation.id"], name=op.f("fk_representation_product_representation_id")
        ),
        sa.PrimaryKeyConstraint("representation_id", "product_id", name=op.f("pk_representation_product")),
    )
    op.create_index(
        op.f("ix_representation_product_product_id"), "representation_product", ["product_id"], unique=False
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("representation_product")
    op.drop_table("product")
