"""Answers of guests to invitations, and which person a guest is."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

FILL_PERSON = """
    UPDATE calendar_guest SET person_id = (
        SELECT min(p.id) FROM person p JOIN contact_point c ON c.record_id = p.id
        WHERE c.medium = 'email' AND c.value = calendar_guest.address
    ) WHERE user_id IS NULL
"""


def upgrade() -> None:
    """Add the columns, and the person of each guest by the address."""
    with op.batch_alter_table("calendar_guest") as table:
        table.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("answer", sa.String(40), nullable=True))
        table.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("answer_stamp", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("answered_sequence", sa.Integer(), nullable=True))
        table.add_column(sa.Column("comment", sa.String(500), nullable=False, server_default=""))
        table.add_column(sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("proposed_end_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key("fk_calendar_guest_person_id", "person", ["person_id"], ["id"])
    with op.batch_alter_table("calendar_guest") as table:
        table.alter_column("comment", server_default=None)
    op.create_index("ix_calendar_guest_person_id", "calendar_guest", ["person_id"])
    op.create_index("ix_calendar_guest_answered_at", "calendar_guest", ["answered_at"])
    op.execute(FILL_PERSON)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_calendar_guest_answered_at", "calendar_guest")
    op.drop_index("ix_calendar_guest_person_id", "calendar_guest")
    with op.batch_alter_table("calendar_guest") as table:
        table.drop_constraint("fk_calendar_guest_person_id", type_="foreignkey")
        for name in ("proposed_end_at", "proposed_at", "comment", "answered_sequence", "answer_stamp"):
            table.drop_column(name)
        for name in ("answered_at", "answer", "person_id"):
            table.drop_column(name)
