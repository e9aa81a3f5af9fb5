"""Tables of projects."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("native_name", sa.String(length=200), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column(
            "city_key",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("corridor", sa.String(length=120), nullable=True),
        sa.Column(
            "phase",
            sa.Enum(
                "concept",
                "feasibility",
                "tender",
                "award",
                "construction",
                "operation",
                "cancelled",
                name="phase",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("value", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("funding", sa.String(length=300), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column(
            "lead_stage",
            sa.Enum(
                "lead_heard",
                "project_verified",
                "prime_identified",
                "needs_captured",
                name="leadstage",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bid_wall", sa.DateTime(), nullable=True),
        sa.Column("bid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "source_kind",
            sa.Enum("post", "person", "show", "group", "web_page", name="sourcekind", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("source_note", sa.String(length=300), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_project_id")),
        sa.ForeignKeyConstraint(["source_id"], ["record.id"], name=op.f("fk_project_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    op.create_index(op.f("ix_project_bid_at"), "project", ["bid_at"], unique=False)
    op.create_index(op.f("ix_project_city_key"), "project", ["city_key"], unique=False)
    op.create_index("ix_project_lead_stage", "project", ["lead_stage", "stage_since", "id"], unique=False)
    op.create_index(op.f("ix_project_source_id"), "project", ["source_id"], unique=False)
    op.create_table(
        "lead_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column(
            "old",
            sa.Enum(
                "lead_heard",
                "project_verified",
                "prime_identified",
                "needs_captured",
                name="leadstage",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "new",
            sa.Enum(
                "lead_heard",
                "project_verified",
                "prime_identified",
                "needs_captured",
                name="leadstage",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("why", sa.String(length=300), nullable=True),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_lead_change_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_lead_change_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_change")),
    )
    op.create_index(op.f("ix_lead_change_project_id"), "lead_change", ["project_id"], unique=False)
    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column(
            "what",
            sa.Enum("technology", "product", "material", "service", name="needkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("native_title", sa.String(length=200), nullable=True),
        sa.Column("spec", sa.String(length=2000), nullable=True),
        sa.Column("quantity", sa.String(length=80), nullable=True),
        sa.Column("hs6", sa.String(length=6), nullable=True),
        sa.Column("certificate", sa.String(length=120), nullable=True),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "matched", "filled", "withdrawn", name="needstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_need_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_need_organization_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_need_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_hs6"), "need", ["hs6"], unique=False)
    op.create_index(op.f("ix_need_organization_id"), "need", ["organization_id"], unique=False)
    op.create_index(op.f("ix_need_project_id"), "need", ["project_id"], unique=False)
    op.create_table(
        "project_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "prime",
                "consortium_member",
                "subcontractor",
                "lender",
                "designer",
                "end_user",
                name="partyrole",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_project_party_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_project_party_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_party_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_party")),
    )
    op.create_index(op.f("ix_project_party_organization_id"), "project_party", ["organization_id"], unique=False)
    op.create_index(op.f("ix_project_party_person_id"), "project_party", ["person_id"], unique=False)
    op.create_index(op.f("ix_project_party_project_id"), "project_party", ["project_id"], unique=False)
    op.create_table(
        "project_sector",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_sector_project_id")),
        sa.ForeignKeyConstraint(["sector_id"], ["sector.id"], name=op.f("fk_project_sector_sector_id")),
        sa.PrimaryKeyConstraint("project_id", "sector_id", name=op.f("pk_project_sector")),
    )
    op.create_index(op.f("ix_project_sector_sector_id"), "project_sector", ["sector_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("project_sector")
    op.drop_table("project_party")
    op.drop_table("need")
    op.drop_table("lead_change")
    op.drop_table("project")
