"""Tables of people."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_latin", sa.String(length=80), nullable=True),
        sa.Column("given_latin", sa.String(length=80), nullable=True),
        sa.Column("family_native", sa.String(length=40), nullable=True),
        sa.Column("given_native", sa.String(length=40), nullable=True),
        sa.Column("english_name", sa.String(length=60), nullable=True),
        sa.Column(
            "display_order",
            sa.Enum("family_first", "given_first", name="displayorder", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("address_as", sa.String(length=80), nullable=True),
        sa.Column("pronunciation", sa.String(length=80), nullable=True),
        sa.Column("languages", sa.String(length=120), nullable=True),
        sa.Column("mail_language", sa.String(length=10), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column(
            "city_key",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("address", sa.String(length=400), nullable=True),
        sa.Column("native_address", sa.String(length=400), nullable=True),
        sa.Column(
            "consent",
            sa.Enum(
                "card",
                "written",
                "spoken",
                "contract",
                "public",
                "withdrawn",
                name="consentkind",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("consent_place", sa.String(length=120), nullable=True),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("read_first", sa.String(length=500), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index("ix_person_city", "person", ["city_key", "id"], unique=False)
    op.create_table(
        "affiliation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=True),
        sa.Column("native_title", sa.String(length=120), nullable=True),
        sa.Column("department", sa.String(length=120), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.Column(
            "official",
            sa.Enum("none", "official", "state_owned", name="officialkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_affiliation_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_affiliation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
    )
    op.create_index(op.f("ix_affiliation_organization_id"), "affiliation", ["organization_id"], unique=False)
    op.create_index(op.f("ix_affiliation_person_id"), "affiliation", ["person_id"], unique=False)
    op.create_table(
        "relation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "introduced_by",
                "assistant_of",
                "reports_to",
                "relative",
                "former_colleague",
                "schoolmate",
                name="relationkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.String(length=300), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_relation_other_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_relation_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_relation_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
    )
    op.create_index(op.f("ix_relation_other_id"), "relation", ["other_id"], unique=False)
    op.create_index(op.f("ix_relation_person_id"), "relation", ["person_id"], unique=False)
    op.create_table(
        "representation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column(
            "rep_kind",
            sa.Enum(
                "employee",
                "owner_relative",
                "distributor",
                "agent",
                "firm",
                "own_office",
                name="representationkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("territory", sa.String(length=200), nullable=True),
        sa.Column(
            "exclusive", sa.Enum("yes", "no", "unknown", name="exclusive", native_enum=False, length=40), nullable=False
        ),
        sa.Column(
            "basis",
            sa.Enum("word", "agreement", name="representationbasis", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("proposed", "active", "paused", "ended", name="representationstatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("mark_owner", sa.String(length=200), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["organization.id"], name=op.f("fk_representation_client_id")),
        sa.ForeignKeyConstraint(["firm_id"], ["organization.id"], name=op.f("fk_representation_firm_id")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_representation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_representation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representation")),
    )
    op.create_index(op.f("ix_representation_client_id"), "representation", ["client_id"], unique=False)
    op.create_index(op.f("ix_representation_firm_id"), "representation", ["firm_id"], unique=False)
    op.create_index(op.f("ix_representation_person_id"), "representation", ["person_id"], unique=False)
    op.create_index(op.f("ix_representation_to_on"), "representation", ["to_on"], unique=False)
    op.create_table(
        "post_holder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_role_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("expected_end_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_post_holder_person_id")),
        sa.ForeignKeyConstraint(["post_role_id"], ["post_role.id"], name=op.f("fk_post_holder_post_role_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_holder")),
    )
    op.create_index(op.f("ix_post_holder_person_id"), "post_holder", ["person_id"], unique=False)
    op.create_index(op.f("ix_post_holder_post_role_id"), "post_holder", ["post_role_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("post_holder")
    op.drop_table("representation")
    op.drop_table("relation")
    op.drop_table("affiliation")
    op.drop_table("person")
