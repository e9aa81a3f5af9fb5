"""Answers by email, and the records that the numbers of an email stand for."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the column."""
    op.add_column("mail", sa.Column("numbered", sa.JSON(), nullable=True))
    op.create_table(
        "email_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("summary", sa.String(200), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_email_answer_user_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_email_answer_record_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_email_answer_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_answer")),
    )
    op.create_index("ix_email_answer_link", "email_answer", ["user_id", "record_id", "made_on", "id"])
    op.create_index("ix_email_answer_record_id", "email_answer", ["record_id"])
    op.create_index("ix_email_answer_batch_id", "email_answer", ["batch_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("email_answer")
    with op.batch_alter_table("mail") as table:
        table.drop_column("numbered")
