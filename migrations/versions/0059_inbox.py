"""Incoming email, the mailbox, and addresses to which email is stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "bounced_address",
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("why", sa.String(300), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_bounced_address_mail_id")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bounced_address")),
    )
    op.create_index("ix_bounced_address_mail_id", "bounced_address", ["mail_id"])
    op.create_table(
        "mailbox",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
    )
    op.create_table(
        "inbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("from_address", sa.String(254), nullable=False),
        sa.Column("from_name", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mime", sa.LargeBinary(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_inbox_message_user_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_inbox_message_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_message")),
        sa.UniqueConstraint("uid_validity", "uid", name=op.f("uq_inbox_message_uid_validity_uid")),
    )
    op.create_index("ix_inbox_message_fingerprint", "inbox_message", ["fingerprint"])
    op.create_index("ix_inbox_message_record_id", "inbox_message", ["record_id"])
    op.create_index("ix_inbox_message_user_id", "inbox_message", ["user_id", "id"])
    op.create_index("ix_inbox_message_sender", "inbox_message", ["from_address", "at"])
    op.create_index("ix_inbox_message_waiting", "inbox_message", ["outcome", "user_id", "id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("inbox_message", "mailbox", "bounced_address"):
        op.drop_table(table)
