"""Where the people at a meeting work: the meeting is as confidential as their employers."""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, with the employers of today and, of former meetings, those of that day."""
    op.create_table(
        "meeting_employer",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["show_meeting.id"], name=op.f("fk_meeting_employer_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meeting_employer_person_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_meeting_employer_organization_id")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", "organization_id", name=op.f("pk_meeting_employer")),
    )
    op.create_index(op.f("ix_meeting_employer_person_id"), "meeting_employer", ["person_id"], unique=False)
    op.create_index(op.f("ix_meeting_employer_organization_id"), "meeting_employer", ["organization_id"], unique=False)
    op.execute(
        sa.text("""
            INSERT INTO meeting_employer (meeting_id, person_id, organization_id)
            SELECT DISTINCT guest.meeting_id, guest.person_id, job.organization_id
            FROM meeting_person AS guest
            JOIN show_meeting AS meeting ON meeting.id = guest.meeting_id
            JOIN affiliation AS job ON job.person_id = guest.person_id
            WHERE (job.to_on IS NULL AND job.main)
               OR (job.to_on >= meeting.wall AND (job.from_on IS NULL OR job.from_on <= meeting.wall))
        """)
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("meeting_employer")
