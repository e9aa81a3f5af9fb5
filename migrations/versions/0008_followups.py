"""Tables of followups."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "cadence",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Enum("a", "b", "c", name="tier", native_enum=False, length=40), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=True),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_cadence_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_cadence")),
    )
    op.create_index(op.f("ix_cadence_every_days"), "cadence", ["every_days"], unique=False)
    op.create_table(
        "followup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("side", sa.Enum("we", "they", "idea", name="side", native_enum=False, length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_wall", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("promised_by_id", sa.Integer(), nullable=True),
        sa.Column("promised_to_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "done", "dropped", name="followupstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("result", sa.String(length=500), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("put_off", sa.Integer(), nullable=False),
        sa.Column(
            "repeat",
            sa.Enum(
                "daily",
                "workdays",
                "weekly",
                "every_two_weeks",
                "monthly",
                "quarterly",
                "half_yearly",
                "yearly",
                name="repeatrule",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("repeat_from", sa.Date(), nullable=True),
        sa.Column("mail_alone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user.id"], name=op.f("fk_followup_closed_by_id")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_followup_id")),
        sa.ForeignKeyConstraint(["promised_by_id"], ["person.id"], name=op.f("fk_followup_promised_by_id")),
        sa.ForeignKeyConstraint(["promised_to_id"], ["person.id"], name=op.f("fk_followup_promised_to_id")),
        sa.ForeignKeyConstraint(["source_id"], ["record.id"], name=op.f("fk_followup_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followup")),
    )
    op.create_index("ix_followup_due_at", "followup", ["state", "due_at"], unique=False)
    op.create_index("ix_followup_due_on", "followup", ["state", "due_on", "id"], unique=False)
    op.create_index(op.f("ix_followup_promised_by_id"), "followup", ["promised_by_id"], unique=False)
    op.create_index(op.f("ix_followup_promised_to_id"), "followup", ["promised_to_id"], unique=False)
    op.create_index(op.f("ix_followup_source_id"), "followup", ["source_id"], unique=False)
    op.create_table(
        "followup_about",
        sa.Column("followup_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["followup_id"], ["followup.id"], name=op.f("fk_followup_about_followup_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_followup_about_record_id")),
        sa.PrimaryKeyConstraint("followup_id", "record_id", name=op.f("pk_followup_about")),
    )
    op.create_index(op.f("ix_followup_about_record_id"), "followup_about", ["record_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("followup_about")
    op.drop_table("followup")
    op.drop_table("cadence")
