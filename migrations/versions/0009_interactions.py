"""Tables of interactions."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "interaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned", "held", "cancelled", "rescheduled", name="interactionstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "what",
            sa.Enum(
                "meeting",
                "call",
                "email",
                "wechat",
                "visit",
                "introduction",
                "session",
                "lead",
                "note",
                name="kind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reached",
            sa.Enum("talked", "message_left", "no_answer", "one_way", name="reached", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("english_line", sa.String(length=1000), nullable=True),
        sa.Column("rescheduled_to_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_interaction_id")),
        sa.ForeignKeyConstraint(
            ["rescheduled_to_id"], ["interaction.id"], name=op.f("fk_interaction_rescheduled_to_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
    )
    op.create_index("ix_interaction_at", "interaction", ["at", "id"], unique=False)
    op.create_index(op.f("ix_interaction_rescheduled_to_id"), "interaction", ["rescheduled_to_id"], unique=False)
    op.create_index("ix_interaction_state_at", "interaction", ["state", "at"], unique=False)
    op.create_table(
        "interaction_client",
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("funder_id", sa.Integer(), nullable=True),
        sa.Column(
            "session_type",
            sa.Enum(
                "face_to_face",
                "online",
                "prepare_only",
                "telephone",
                "training",
                "update_only",
                name="sessiontype",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("countable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["organization.id"], name=op.f("fk_interaction_client_client_id")),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_interaction_client_funder_id")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_interaction_client_interaction_id")
        ),
        sa.PrimaryKeyConstraint("interaction_id", "client_id", name=op.f("pk_interaction_client")),
    )
    op.create_index(op.f("ix_interaction_client_client_id"), "interaction_client", ["client_id"], unique=False)
    op.create_index(op.f("ix_interaction_client_funder_id"), "interaction_client", ["funder_id"], unique=False)
    op.create_table(
        "interaction_link",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_interaction_link_interaction_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_interaction_link_record_id")),
        sa.PrimaryKeyConstraint("record_id", "interaction_id", name=op.f("pk_interaction_link")),
    )
    op.create_index(op.f("ix_interaction_link_interaction_id"), "interaction_link", ["interaction_id"], unique=False)
    op.create_index(
        "ix_interaction_link_timeline", "interaction_link", ["record_id", "at", "interaction_id"], unique=False
    )
    op.create_table(
        "interaction_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column(
            "side", sa.Enum("client", "host", "other", name="partyside", native_enum=False, length=40), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum("attended", "introducer", "interpreter", "copied", name="partyrole", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("label", sa.String(length=120), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_interaction_party_interaction_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_interaction_party_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interaction_party_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_party")),
    )
    op.create_index(op.f("ix_interaction_party_interaction_id"), "interaction_party", ["interaction_id"], unique=False)
    op.create_index(
        op.f("ix_interaction_party_organization_id"), "interaction_party", ["organization_id"], unique=False
    )
    op.create_index(op.f("ix_interaction_party_person_id"), "interaction_party", ["person_id"], unique=False)
    op.create_table(
        "interaction_sent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("sample", "drawing", "file", name="sentkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_interaction_sent_interaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_sent")),
    )
    op.create_index(op.f("ix_interaction_sent_interaction_id"), "interaction_sent", ["interaction_id"], unique=False)
    op.create_table(
        "interaction_staff",
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("lead", "attended", "interpreter", name="staffrole", native_enum=False, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_interaction_staff_interaction_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_interaction_staff_user_id")),
        sa.PrimaryKeyConstraint("interaction_id", "user_id", name=op.f("pk_interaction_staff")),
    )
    op.create_index(op.f("ix_interaction_staff_user_id"), "interaction_staff", ["user_id"], unique=False)
    op.create_table(
        "interaction_time",
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.Integer(), nullable=False),
        sa.Column("prep", sa.Integer(), nullable=False),
        sa.Column("travel", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["organization.id"], name=op.f("fk_interaction_time_client_id")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_interaction_time_interaction_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_interaction_time_user_id")),
        sa.PrimaryKeyConstraint("interaction_id", "client_id", "user_id", name=op.f("pk_interaction_time")),
    )
    op.create_index(op.f("ix_interaction_time_client_id"), "interaction_time", ["client_id"], unique=False)
    op.create_index(op.f("ix_interaction_time_user_id"), "interaction_time", ["user_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("interaction_time")
    op.drop_table("interaction_staff")
    op.drop_table("interaction_sent")
    op.drop_table("interaction_party")
    op.drop_table("interaction_link")
    op.drop_table("interaction_client")
    op.drop_table("interaction")
