"""Calendar feeds of users, and invitations by email."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "calendar_feed",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("has_details", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_calendar_feed_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_table(
        "calendar_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(60), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("summary", sa.String(300), nullable=False),
        sa.Column("location", sa.String(300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("message", sa.String(1000), nullable=False),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_calendar_invitation_record_id")),
        sa.ForeignKeyConstraint(["organizer_id"], ["user.id"], name=op.f("fk_calendar_invitation_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_invitation")),
        sa.UniqueConstraint("subject_key", name=op.f("uq_calendar_invitation_subject_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_invitation_uid")),
    )
    op.create_index("ix_calendar_invitation_record_id", "calendar_invitation", ["record_id"])
    op.create_index("ix_calendar_invitation_organizer_id", "calendar_invitation", ["organizer_id"])
    op.create_index("ix_calendar_invitation_open", "calendar_invitation", ["canceled_at", "ends_at"])
    op.create_table(
        "calendar_guest",
        sa.Column("invitation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["calendar_invitation.id"], name=op.f("fk_calendar_guest_invitation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_calendar_guest_user_id")),
        sa.PrimaryKeyConstraint("invitation_id", "address", name=op.f("pk_calendar_guest")),
    )
    op.create_index("ix_calendar_guest_user_id", "calendar_guest", ["user_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("calendar_guest")
    op.drop_table("calendar_invitation")
    op.drop_table("calendar_feed")
