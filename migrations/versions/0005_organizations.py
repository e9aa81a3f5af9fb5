"""Tables of organizations."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "organization",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("native_name", sa.String(length=200), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("region", sa.String(length=80), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column(
            "city_key",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("address", sa.String(length=400), nullable=True),
        sa.Column("native_address", sa.String(length=400), nullable=True),
        sa.Column("postal_code", sa.String(length=20), nullable=True),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("parent_share", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("read_first", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_organization_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["organization.id"], name=op.f("fk_organization_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
    )
    op.create_index("ix_organization_city", "organization", ["city_key", "id"], unique=False)
    op.create_index("ix_organization_country", "organization", ["country", "id"], unique=False)
    op.create_index(op.f("ix_organization_parent_id"), "organization", ["parent_id"], unique=False)
    op.create_index(op.f("ix_organization_uscc"), "organization", ["uscc"], unique=False)
    op.create_table(
        "alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "legal",
                "trading",
                "former",
                "pinyin",
                "acronym",
                "english",
                name="aliaskind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_alias_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
    )
    op.create_index(op.f("ix_alias_organization_id"), "alias", ["organization_id"], unique=False)
    op.create_table(
        "client",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("pre_client", "client", "inactive", "closed", name="clientstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "business_stage",
            sa.Enum("pre_venture", "start_up", "in_business", name="businessstage", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column(
            "legal_form",
            sa.Enum(
                "sole_proprietorship",
                "partnership",
                "corporation",
                "s_corporation",
                "llc",
                "other",
                name="legalform",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("county", sa.String(length=80), nullable=True),
        sa.Column("naics", sa.String(length=6), nullable=True),
        sa.Column(
            "step_eligible",
            sa.Enum("yes", "no", "unknown", name="yesnounknown", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("wish", sa.String(length=500), nullable=True),
        sa.Column("china_goals", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_client_organization_id")),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_client")),
    )
    op.create_table(
        "client_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("on_file", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_client_agreement_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_agreement")),
    )
    op.create_index(op.f("ix_client_agreement_organization_id"), "client_agreement", ["organization_id"], unique=False)
    op.create_index(op.f("ix_client_agreement_to_on"), "client_agreement", ["to_on"], unique=False)
    op.create_table(
        "dated_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "staff",
                "export_staff",
                "sales",
                "export_sales",
                "export_countries",
                "market",
                "us_content",
                name="factkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Numeric(precision=16, scale=2), nullable=True),
        sa.Column("text", sa.String(length=300), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_dated_fact_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_fact")),
    )
    op.create_index("ix_dated_fact_newest", "dated_fact", ["organization_id", "kind", "as_of"], unique=False)
    op.create_table(
        "organization_role",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "client",
                "prime",
                "post",
                "representative",
                "distributor",
                "end_user",
                "project_owner",
                "government",
                "association",
                "show_organizer",
                "service_provider",
                "other",
                name="organizationrole",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_role_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "role", name=op.f("pk_organization_role")),
    )
    op.create_index("ix_organization_role_role", "organization_role", ["role", "organization_id"], unique=False)
    op.create_table(
        "organization_sector",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_sector_organization_id")
        ),
        sa.ForeignKeyConstraint(["sector_id"], ["sector.id"], name=op.f("fk_organization_sector_sector_id")),
        sa.PrimaryKeyConstraint("organization_id", "sector_id", name=op.f("pk_organization_sector")),
    )
    op.create_index(op.f("ix_organization_sector_sector_id"), "organization_sector", ["sector_id"], unique=False)
    op.create_table(
        "ownership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("owner_name", sa.String(length=200), nullable=True),
        sa.Column("share", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_ownership_organization_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organization.id"], name=op.f("fk_ownership_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownership")),
    )
    op.create_index(op.f("ix_ownership_organization_id"), "ownership", ["organization_id"], unique=False)
    op.create_index(op.f("ix_ownership_owner_id"), "ownership", ["owner_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "embassy",
                "consulate_general",
                "institute",
                "commercial_office",
                name="postkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("district", sa.String(length=400), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_post_organization_id")),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_post")),
    )
    op.create_index(op.f("ix_post_code"), "post", ["code"], unique=False)
    op.create_table(
        "post_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("rotating", "local", "vacant", name="postrolekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_post_role_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_role")),
    )
    op.create_index(op.f("ix_post_role_organization_id"), "post_role", ["organization_id"], unique=False)
    op.create_table(
        "prime",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("portal_url", sa.String(length=300), nullable=True),
        sa.Column(
            "registration",
            sa.Enum(
                "not_registered",
                "applied",
                "registered",
                "expired",
                name="registrationstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "takes_small",
            sa.Enum("yes", "no", "unknown", name="yesnounknown", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("present_in", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_prime_organization_id")),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_prime")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("prime")
    op.drop_table("post_role")
    op.drop_table("post")
    op.drop_table("ownership")
    op.drop_table("organization_sector")
    op.drop_table("organization_role")
    op.drop_table("dated_fact")
    op.drop_table("client_agreement")
    op.drop_table("client")
    op.drop_table("alias")
    op.drop_table("organization")
