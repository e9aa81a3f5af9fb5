"""Email templates, emails to people, addresses that get no email, and postal addresses of teams."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

ACTIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Create the tables."""
    op.add_column("team", sa.Column("postal_address", sa.String(300), nullable=True))
    op.create_table(
        "email_opt_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_email_opt_out_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_email_opt_out_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_opt_out")),
    )
    op.create_index("ix_email_opt_out_by_id", "email_opt_out", ["by_id"])
    op.create_index("ix_email_opt_out_ended_by_id", "email_opt_out", ["ended_by_id"])
    op.create_index(
        "ix_email_opt_out_active",
        "email_opt_out",
        ["address"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.create_table(
        "email_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_email_template_user_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_email_template_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_template")),
        sa.UniqueConstraint("uid", name=op.f("uq_email_template_uid")),
    )
    op.create_index("ix_email_template_user_id", "email_template", ["user_id"])
    op.create_index("ix_email_template_team_id", "email_template", ["team_id"])
    op.create_table(
        "email_template_text",
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["email_template.id"], name=op.f("fk_email_template_text_template_id")
        ),
        sa.PrimaryKeyConstraint("template_id", "language", name=op.f("pk_email_template_text")),
    )
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("is_bulk", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_mailing_user_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_mailing_team_id")),
        sa.ForeignKeyConstraint(["template_id"], ["email_template.id"], name=op.f("fk_mailing_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("uid", name=op.f("uq_mailing_uid")),
    )
    op.create_index("ix_mailing_team_id", "mailing", ["team_id"])
    op.create_index("ix_mailing_template_id", "mailing", ["template_id"])
    op.create_index("ix_mailing_state_id", "mailing", ["state", "id"])
    op.create_index("ix_mailing_user_id_created_at", "mailing", ["user_id", "created_at"])
    op.create_table(
        "mailing_text",
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_mailing_text_mailing_id")),
        sa.PrimaryKeyConstraint("mailing_id", "language", name=op.f("pk_mailing_text")),
    )
    op.create_table(
        "mailing_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("detail", sa.String(60), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_mailing_recipient_mailing_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mailing_recipient_person_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mailing_recipient_mail_id")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_mailing_recipient_interaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_recipient")),
    )
    op.create_index("ix_mailing_recipient_person_id", "mailing_recipient", ["person_id"])
    op.create_index("ix_mailing_recipient_mail_id", "mailing_recipient", ["mail_id"])
    op.create_index("ix_mailing_recipient_interaction_id", "mailing_recipient", ["interaction_id"])
    op.create_index("ix_mailing_recipient_mailing_id_id", "mailing_recipient", ["mailing_id", "id"])
    op.create_index("ix_mailing_recipient_state_id", "mailing_recipient", ["state", "id"])


def downgrade() -> None:
    """Drop them."""
    for table in (
        "mailing_recipient",
        "mailing_text",
        "mailing",
        "email_template_text",
        "email_template",
        "email_opt_out",
    ):
        op.drop_table(table)
    op.drop_column("team", "postal_address")
