"""Tables of shows."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "show",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("native_name", sa.String(length=200), nullable=True),
        sa.Column(
            "what",
            sa.Enum(
                "trade_show",
                "summit",
                "trade_mission",
                "reverse_mission",
                "matchmaking",
                "webinar",
                "workshop",
                name="showkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column(
            "city_key",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("venue", sa.String(length=200), nullable=True),
        sa.Column("halls", sa.String(length=120), nullable=True),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("staff_days", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_show_id")),
        sa.ForeignKeyConstraint(["organizer_id"], ["organization.id"], name=op.f("fk_show_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_show")),
    )
    op.create_index(op.f("ix_show_city_key"), "show", ["city_key"], unique=False)
    op.create_index(op.f("ix_show_organizer_id"), "show", ["organizer_id"], unique=False)
    op.create_index("ix_show_starts_on", "show", ["starts_on", "id"], unique=False)
    op.create_table(
        "show_going",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("show_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "going_as",
            sa.Enum(
                "exhibitor", "visitor", "speaker", "staff", "interpreter", name="goingas", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("booth", sa.String(length=40), nullable=True),
        sa.Column(
            "attendance",
            sa.Enum(
                "invited",
                "registered",
                "attended",
                "no_show",
                "cancelled",
                name="attendance",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_show_going_record_id")),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_show_going_show_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_show_going_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_show_going")),
    )
    op.create_index(op.f("ix_show_going_record_id"), "show_going", ["record_id"], unique=False)
    op.create_index(op.f("ix_show_going_show_id"), "show_going", ["show_id"], unique=False)
    op.create_index(op.f("ix_show_going_user_id"), "show_going", ["user_id"], unique=False)
    op.create_table(
        "show_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("show_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("table", sa.String(length=40), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "wished",
                "asked",
                "agreed",
                "placed",
                "held",
                "no_show",
                "cancelled",
                name="meetingstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("interpreter", sa.String(length=120), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["organization.id"], name=op.f("fk_show_meeting_client_id")),
        sa.ForeignKeyConstraint(["host_id"], ["organization.id"], name=op.f("fk_show_meeting_host_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_show_meeting_interaction_id")),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_show_meeting_show_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_show_meeting_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_show_meeting")),
        sa.UniqueConstraint("uid", name=op.f("uq_show_meeting_uid")),
    )
    op.create_index("ix_show_meeting_agenda", "show_meeting", ["show_id", "at"], unique=False)
    op.create_index(op.f("ix_show_meeting_client_id"), "show_meeting", ["client_id"], unique=False)
    op.create_index(op.f("ix_show_meeting_host_id"), "show_meeting", ["host_id"], unique=False)
    op.create_index(op.f("ix_show_meeting_interaction_id"), "show_meeting", ["interaction_id"], unique=False)
    op.create_index(op.f("ix_show_meeting_team_id"), "show_meeting", ["team_id"], unique=False)
    op.create_table(
        "meeting_person",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["show_meeting.id"], name=op.f("fk_meeting_person_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meeting_person_person_id")),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_meeting_person")),
    )
    op.create_index(op.f("ix_meeting_person_person_id"), "meeting_person", ["person_id"], unique=False)
    op.create_table(
        "meeting_staff",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["show_meeting.id"], name=op.f("fk_meeting_staff_meeting_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_meeting_staff_user_id")),
        sa.PrimaryKeyConstraint("meeting_id", "user_id", name=op.f("pk_meeting_staff")),
    )
    op.create_index(op.f("ix_meeting_staff_user_id"), "meeting_staff", ["user_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("meeting_staff")
    op.drop_table("meeting_person")
    op.drop_table("show_meeting")
    op.drop_table("show_going")
    op.drop_table("show")
