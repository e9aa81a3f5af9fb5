"""Where the people of opportunities and milestones work: these are as confidential as the employers."""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, with the main employers of today; `flask --app crm check --repair` updates who sees what."""
    op.create_table(
        "record_employer",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_employer_record_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_record_employer_person_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_record_employer_organization_id")
        ),
        sa.PrimaryKeyConstraint("record_id", "person_id", "organization_id", name=op.f("pk_record_employer")),
    )
    op.create_index(op.f("ix_record_employer_person_id"), "record_employer", ["person_id"], unique=False)
    op.create_index(op.f("ix_record_employer_organization_id"), "record_employer", ["organization_id"], unique=False)
    for table, column in (("opportunity", "buyer_contact_id"), ("milestone", "confirmed_by_id")):
        op.execute(
            sa.text(f"""
                INSERT INTO record_employer (record_id, person_id, organization_id)
                SELECT DISTINCT origin.id, job.person_id, job.organization_id
                FROM {table} AS origin
                JOIN affiliation AS job ON job.person_id = origin.{column}
                WHERE job.to_on IS NULL AND job.main
            """)  # noqa: S608 - names of this migration
        )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("record_employer")
