"""Tables of opportunities."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "opportunity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Enum("project", "direct_sale", name="path", native_enum=False, length=40), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("buyer_id", sa.Integer(), nullable=True),
        sa.Column("buyer_contact_id", sa.Integer(), nullable=True),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("representation_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "matched",
                "export_cleared",
                "introduced",
                "qualifying",
                "quoted",
                "evaluating",
                "negotiating",
                "contracted",
                "delivering",
                "impact_reported",
                "lost",
                "no_bid",
                "withdrawn",
                "export_hold",
                "dormant",
                name="stage",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "held_from",
            sa.Enum(
                "matched",
                "export_cleared",
                "introduced",
                "qualifying",
                "quoted",
                "evaluating",
                "negotiating",
                "contracted",
                "delivering",
                "impact_reported",
                "lost",
                "no_bid",
                "withdrawn",
                "export_hold",
                "dormant",
                name="stage",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=True),
        sa.Column(
            "certainty",
            sa.Enum("sure", "likely", "hope", name="certainty", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("chance", sa.Integer(), nullable=True),
        sa.Column("close_on", sa.Date(), nullable=True),
        sa.Column("close_quarter", sa.String(length=6), nullable=True),
        sa.Column("close_key", sa.Date(), nullable=False),
        sa.Column(
            "waiting_for",
            sa.Enum("us", "client", "rep", "prime", "license", name="waitingfor", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "license_gate",
            sa.Enum(
                "not_needed",
                "to_determine",
                "exception_claimed",
                "applied",
                "granted",
                "granted_with_conditions",
                "denied",
                "returned_without_action",
                name="licensegate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("lost_reason_id", sa.Integer(), nullable=True),
        sa.Column("end_why", sa.String(length=500), nullable=True),
        sa.Column("wakes_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("shelf", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["buyer_contact_id"], ["person.id"], name=op.f("fk_opportunity_buyer_contact_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["organization.id"], name=op.f("fk_opportunity_buyer_id")),
        sa.ForeignKeyConstraint(["client_id"], ["organization.id"], name=op.f("fk_opportunity_client_id")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_opportunity_id")),
        sa.ForeignKeyConstraint(["lost_reason_id"], ["lost_reason.id"], name=op.f("fk_opportunity_lost_reason_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_opportunity_need_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_opportunity_product_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_opportunity_project_id")),
        sa.ForeignKeyConstraint(
            ["representation_id"], ["representation.id"], name=op.f("fk_opportunity_representation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
    )
    op.create_index(op.f("ix_opportunity_buyer_contact_id"), "opportunity", ["buyer_contact_id"], unique=False)
    op.create_index(op.f("ix_opportunity_buyer_id"), "opportunity", ["buyer_id"], unique=False)
    op.create_index(op.f("ix_opportunity_client_id"), "opportunity", ["client_id"], unique=False)
    op.create_index("ix_opportunity_close", "opportunity", ["close_key", "id"], unique=False)
    filled = sa.text("lost_reason_id IS NOT NULL")
    op.create_index(
        "ix_opportunity_lost_reason_id",
        "opportunity",
        ["lost_reason_id"],
        unique=False,
        sqlite_where=filled,
        postgresql_where=filled,
    )
    op.create_index(op.f("ix_opportunity_need_id"), "opportunity", ["need_id"], unique=False)
    op.create_index(op.f("ix_opportunity_product_id"), "opportunity", ["product_id"], unique=False)
    op.create_index(op.f("ix_opportunity_project_id"), "opportunity", ["project_id"], unique=False)
    op.create_index(op.f("ix_opportunity_representation_id"), "opportunity", ["representation_id"], unique=False)
    op.create_index(
        "ix_opportunity_shelf",
        "opportunity",
        ["shelf", "stage", "currency", "amount", "chance", "stage_since", "id"],
        unique=False,
    )
    op.create_index("ix_opportunity_stage", "opportunity", ["stage", "stage_since", "id", "shelf"], unique=False)
    op.create_table(
        "opportunity_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("old", sa.String(length=60), nullable=True),
        sa.Column("new", sa.String(length=60), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=True),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_opportunity_change_by_id")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_opportunity_change_opportunity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity_change")),
    )
    op.create_index("ix_opportunity_change_case", "opportunity_change", ["opportunity_id", "at"], unique=False)
    op.create_index(
        "ix_opportunity_change_field",
        "opportunity_change",
        ["field", "at", "opportunity_id", "new", "old"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("opportunity_change")
    op.drop_table("opportunity")
